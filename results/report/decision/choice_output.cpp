// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "results/report/decision/choice.hpp"
#include "results/report/decision/cost_text.hpp"
#include "results/report/decision/phrases.hpp"
#include "results/report/decision/sentences.hpp"
#include "results/report/html/format.hpp"
#include "results/report/html/xy_chart.hpp"
#include "results/report/json_values.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

std::string shown(const std::optional<double>& v) { return v ? figure(*v) : "-"; }

std::string mib(const std::optional<double>& bytes) {
  return bytes ? fmt::format("{:.0f}", *bytes / (1 << 20)) : "-";
}

std::vector<std::string> cells_of(const ChoiceRow& r) {
  return {r.model.empty() ? "-" : r.model,
          r.precision.empty() ? "-" : r.precision,
          shown(r.tokens_per_s),
          shown(r.ttft_s),
          shown(r.j_per_token),
          mib(r.memory_bytes),
          shown(r.quality),
          money_text(r.per_million)};
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& w : words) out += (out.empty() ? "" : ", ") + w;
  return out;
}

std::string best_text(const Choice& choice, Language language) {
  return (choice.best ? choice.rows[*choice.best].label : std::string(phrase(language, "no_row"))) +
         (language == Language::zh ? "：" : ": ") + in_one_line(language, choice.why);
}

Markup pareto_picture(const Choice& choice, const std::string& banner, Language language) {
  const bool by_cost = std::ranges::any_of(
      choice.rows, [](const ChoiceRow& r) { return r.per_million.has_value(); });
  XyChart chart;
  chart.y_unit = "{token}/s";
  chart.x_label = by_cost ? choice.currency + " " + std::string(phrase(language, "per_million"))
                          : std::string("J/token");
  chart.title = std::string(phrase(language, "choice"));
  chart.banner = banner;
  XySeries front, beaten;
  front.label = phrase(language, "unbeaten");
  beaten.label = phrase(language, "beaten");
  for (const ChoiceRow& r : choice.rows) {
    const auto& x = by_cost ? r.per_million : r.j_per_token;
    if (!x || !r.tokens_per_s) continue;
    XySeries& into = r.beaten_by.empty() ? front : beaten;
    into.points.push_back({*x, *r.tokens_per_s, r.lower, r.upper, r.beaten_by.empty(), r.label});
  }
  std::ranges::sort(front.points, {}, &XyPoint::x);
  if (!front.points.empty()) chart.series.push_back(std::move(front));
  // Each on its own: they are no line.
  for (const XyPoint& p : beaten.points) chart.series.push_back({p.title, {p}});
  return draw(chart);
}

}  // namespace

std::string choice_text(const Choice& choice, std::size_t width) {
  std::vector<std::vector<std::string>> rows{{"choice", "model", "format", "tokens/s", "ttft s",
                                              "J/token", "MiB", "quality",
                                              choice.currency + "/M tokens", "beaten by"}};
  for (const ChoiceRow& r : choice.rows) {
    std::vector<std::string> row{printable(r.label)};
    for (const std::string& cell : cells_of(r)) row.push_back(printable(cell));
    row.push_back(printable(joined(r.beaten_by)));
    rows.push_back(std::move(row));
  }
  return "\n" + table(rows, 3, "  ") +
         wrap("best: " + printable(best_text(choice, Language::en)), width, "  ", "    ");
}

std::string choice_json(const Choice& choice) {
  Json out{{"currency", text_or_null(choice.currency)},
           {"best", choice.best ? Json(choice.rows[*choice.best].label) : Json(nullptr)},
           {"why", in_one_line(Language::en, choice.why)},
           {"rows", Json::array()}};
  for (const ChoiceRow& r : choice.rows) {
    out["rows"].push_back({{"label", r.label},
                           {"model", text_or_null(r.model)},
                           {"precision", text_or_null(r.precision)},
                           {"phase", text_or_null(r.phase)},
                           {"workload", text_or_null(r.workload)},
                           {"tokens_per_s", number(r.tokens_per_s)},
                           {"lower", number(r.lower)},
                           {"upper", number(r.upper)},
                           {"ttft_s", number(r.ttft_s)},
                           {"j_per_token", number(r.j_per_token)},
                           {"memory_bytes", number(r.memory_bytes)},
                           {"quality", number(r.quality)},
                           {"per_million", number(r.per_million)},
                           {"beaten_by", r.beaten_by}});
  }
  return dump(out);
}

Markup choice_section(const Choice& choice, const std::string& banner, Language language) {
  const auto said = [&](std::string_view key) { return std::string(phrase(language, key)); };
  std::vector<Cells> rows;
  for (std::size_t i = 0; i < choice.rows.size(); ++i) {
    const ChoiceRow& r = choice.rows[i];
    Cells row{choice.best == i ? element("b", "★ " + r.label) : Markup(r.label)};
    for (const std::string& cell : cells_of(r)) row.emplace_back(cell);
    row.emplace_back(joined(r.beaten_by));
    rows.push_back(std::move(row));
  }
  const std::string cost = choice.currency + " " + said("per_million");
  Markup out =
      element("p", element("b", said("best") + ": ") + Markup(best_text(choice, language))) +
      table({"", said("model"), said("format"), "token/s", "TTFT, s", "J/token", "MiB",
             said("quality"), cost, said("beaten_by")},
            rows, 3);
  const Markup picture = pareto_picture(choice, banner, language);
  if (!picture.empty()) out += element("figure", picture);
  return section(said("choice"), out + formula(said("choice_formula")));
}

}  // namespace soakrig::report
