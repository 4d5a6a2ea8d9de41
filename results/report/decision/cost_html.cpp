// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/cost_html.hpp"

#include <fmt/format.h>

#include "results/report/decision/cost_text.hpp"
#include "results/report/decision/phrases.hpp"
#include "results/report/decision/sentences.hpp"
#include "results/report/decision/tornado_svg.hpp"
#include "results/report/html/format.hpp"
#include "results/report/html/html_page.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

struct Page {
  const CostSheet& sheet;
  Language language;
  [[nodiscard]] std::string said(std::string_view key) const {
    return std::string(phrase(language, key));
  }
  [[nodiscard]] const std::string& currency() const { return sheet.plan.currency; }
};

Markup summary_table(const Page& page) {
  std::vector<Cells> rows;
  for (const CostCase& c : page.sheet.cases) {
    if (!c.answer) {
      rows.push_back({element("b", c.label),
                      page.said("missing") + ": " + in_one_line(page.language, c.missing)});
      continue;
    }
    const CostAnswer& a = *c.answer;
    const auto row = [&](const Markup& head, std::string_view way, const CostOfWay& of,
                         const Markup& more) {
      rows.push_back({head, page.said(way), money_text(of.total), money_text(of.per_million), more,
                      fmt::format("{:.0f}", of.requests_per_day)});
    };
    row(element("b", c.label) +
            element("small", c.workload + " · " + c.phase + " · " + page.said(c.provenance)),
        "edge", a.edge, money_text(a.best) + " … " + money_text(a.worst));
    row("", "cloud", a.cloud, "");
    if (a.hybrid) row("", "hybrid", *a.hybrid, "");
  }
  return table(
      {"", "", page.said("total") + ", " + page.currency(),
       page.currency() + " " + page.said("per_million"), page.said("range"), page.said("served")},
      rows, 2);
}

Markup case_markup(const Page& page, const CostCase& c, const std::string& banner) {
  Markup out = element("h3", c.label);
  if (c.answer) {
    const CostAnswer& a = *c.answer;
    const BreakEven& even = a.break_even;
    out +=
        fact_table({{page.said("cheaper"), element("b", page.said(to_string(a.cheaper)))},
                    {page.said("break_even_requests"),
                     break_even_text(page.language, even.requests_per_day, even.requests_reason)},
                    {page.said("break_even_months"),
                     break_even_text(page.language, even.months, even.months_reason)},
                    {page.said("devices"), figure(c.inputs.devices)},
                    {page.said("capacity"), fmt::format("{:.0f}", a.capacity_per_day)}});
    std::vector<Cells> parts;
    for (const CostPart& p : a.edge.parts) {
      if (p.cost != 0) parts.push_back({page.said(p.name), money_text(p.cost)});
    }
    out += element("h4", page.said("of_the_cost")) + table({"", page.currency()}, parts, 1);
    out += element("h4", page.said("sensitivity")) +
           element("figure", tornado_svg(a, c.label, page.currency(), banner, page.language));
    std::vector<Cells> swings;
    for (const CostSwing& s : a.swings) {
      swings.push_back(
          {page.said(s.input), page.said(s.measured ? "from_interval" : "from_swing"),
           figure(s.low), figure(s.high), money_text(s.at_low), money_text(s.at_high),
           page.said(to_string(s.cheaper_low)) + " → " + page.said(to_string(s.cheaper_high))});
    }
    out += table({page.said("input"), "", page.said("low"), page.said("high"),
                  page.currency() + ", " + page.said("low"),
                  page.currency() + ", " + page.said("high"), page.said("cheaper")},
                 swings, 2);
  }
  return out + bullets(sentences(page.language, c.missing), 20) +
         bullets(sentences(page.language, c.notes), 20);
}

Markup prices_table(const Page& page) {
  std::vector<Cells> rows;
  for (const DatedPrice& p : page.sheet.plan.prices) {
    rows.push_back({p.name, figure(p.value) + " " + p.currency, p.date, p.source});
  }
  const Words& words = words_of(page.language);
  return table({"", words.value, page.said("date"), words.source}, rows, 99);
}

}  // namespace

std::string banner_of(const CostSheet& sheet, Language language) {
  const Words& words = words_of(language);
  for (const CostCase& c : sheet.cases) {
    if (c.provenance == "simulated") return std::string(words.simulated);
  }
  for (const CostCase& c : sheet.cases) {
    if (c.provenance == "replayed") return std::string(words.replayed);
  }
  return {};
}

Markup cost_section(const CostSheet& sheet, Language language) {
  const Page page{sheet, language};
  const std::string banner = banner_of(sheet, language);
  Markup content = summary_table(page);
  for (const CostCase& c : sheet.cases) content += case_markup(page, c, banner);
  content +=
      element("h3", page.said("prices")) + prices_table(page) + formula(page.said("cost_formula"));
  return section(page.said("cost"), content);
}

std::string cost_page(const CostSheet& sheet, Language language) {
  const std::string banner = banner_of(sheet, language);
  std::string names;
  for (const CostCase& c : sheet.cases) names += (names.empty() ? "" : " · ") + c.label;
  const std::string title(phrase(language, "cost"));
  const Markup mark = banner.empty() ? Markup{} : element("p", {{"class", "provenance"}}, banner);
  return html_page(
      {title + " · " + names, (banner.empty() ? "" : banner + " · ") + names, !banner.empty()},
      mark + element("h1", names) + cost_section(sheet, language), words_of(language));
}

}  // namespace soakrig::report
