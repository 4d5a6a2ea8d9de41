// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/hybrid_output.hpp"

#include <fmt/format.h>

#include "results/report/decision/phrases.hpp"
#include "results/report/html/format.hpp"
#include "results/report/html/html_page.hpp"
#include "results/report/html/xy_chart.hpp"
#include "results/report/json_values.hpp"
#include "results/report/show_json.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

std::string said(Language language, std::string_view key) {
  return std::string(phrase(language, key));
}

// A phrase with its figures filled in.
template <class... Values>
std::string told(Language language, std::string_view key, const Values&... values) {
  return fmt::format(fmt::runtime(phrase(language, key)), values...);
}

std::string percent(double share) { return fmt::format("{:.1f} %", share * 100); }

std::string share_text(const HybridShare& s, Language language) {
  if (!s.share) return said(language, "no_such_request");
  return fmt::format("{} [{}, {}], {}", percent(*s.share), percent(*s.lower), percent(*s.upper),
                     told(language, "seen_of", s.seen, s.of));
}

std::string seconds(double value) { return figure(value) + " s"; }

std::string cost_text(const HybridFigures& f, Language language) {
  if (f.cost_per_1000) return figure(*f.cost_per_1000) + " " + f.currency;
  if (f.currency.empty()) return said(language, "no_prices");
  return told(language, "unpriced", f.unpriced);
}

std::string rule_text(const HybridFigures& f, Language language) {
  return f.rule + (f.threshold ? told(language, "with_threshold", figure(*f.threshold)) : "") +
         said(language, f.fallback ? "with_fallback" : "without_fallback") +
         (f.emulated ? said(language, "emulated_link") : "");
}

// Name and value, as measured.
std::vector<std::pair<std::string, std::string>> facts_of(const HybridFigures& f,
                                                          Language language) {
  const auto say = [language](std::string_view key) { return said(language, key); };
  std::vector<std::pair<std::string, std::string>> out{
      {say("rule"), rule_text(f, language)},
      {say("offloaded_by_rule"), share_text(f.offloaded, language)},
      {say("available_to_user"), share_text(f.available, language)},
      {say("available_cloud"), share_text(f.cloud_available, language)}};
  if (f.link_available) {
    out.emplace_back(say("link_was_up"),
                     told(language, "of_the_time", percent(*f.link_available), f.outages));
  }
  out.emplace_back(say("fell_over"),
                   told(language, "fell_places", f.fell_to_edge, f.fell_to_cloud));
  out.emplace_back(say("link_bytes"), told(language, "bytes_both_ways", f.up_bytes, f.down_bytes) +
                                          (f.shadowed > 0 ? say("with_sweep_requests") : ""));
  out.emplace_back(say("cost_of_1000"), cost_text(f, language));
  if (f.refused_by_budget > 0) {
    out.emplace_back(say("kept_by_budget"), std::to_string(f.refused_by_budget));
  }
  return out;
}

std::vector<std::vector<std::string>> class_rows(const HybridFigures& f, Language language) {
  std::vector<std::vector<std::string>> rows{
      {said(language, "class"), said(language, "requests"), "p50", "p95"}};
  for (const HybridClass& c : f.classes) {
    rows.push_back({c.name, std::to_string(c.requests), seconds(c.p50_s),
                    seconds(c.p95_s) + (c.tail_known ? "" : said(language, "too_few"))});
  }
  return rows;
}

std::vector<std::vector<std::string>> sweep_rows(const HybridCase& c, Language language) {
  const bool priced = !c.figures.currency.empty();
  std::vector<std::vector<std::string>> rows{
      {said(language, "threshold"), said(language, "offloaded"), said(language, "available"), "p50",
       "p95", said(language, "bytes_of_1000")}};
  if (priced) rows[0].push_back(said(language, "cost_of_1000") + ", " + c.figures.currency);
  for (const SweepPoint& p : c.sweep->points) {
    rows.push_back({figure(p.threshold), percent(p.offloaded), percent(p.available),
                    p.p50_s ? seconds(*p.p50_s) : "–", p.p95_s ? seconds(*p.p95_s) : "–",
                    fmt::format("{:.0f}", p.bytes_per_1000)});
    if (priced) rows.back().push_back(figure(p.cost_per_1000));
  }
  return rows;
}

std::string why_no_sweep(const HybridFigures& f, Language language) {
  if (f.rule != "length" && f.rule != "confidence") {
    return told(language, "no_sweep_rule", f.rule);
  }
  return told(language, "no_sweep_few", kLeastSwept);
}

struct SweepLook {
  std::string banner;
  Language language = Language::en;
};

Json share_object(const HybridShare& s) {
  return {{"seen", s.seen},
          {"of", s.of},
          {"share", number(s.share)},
          {"lower", number(s.lower)},
          {"upper", number(s.upper)}};
}

Json case_object(const HybridCase& c) {
  const HybridFigures& f = c.figures;
  Json out{{"board", c.board},
           {"workload", c.workload},
           {"rule", f.rule},
           {"threshold", number(f.threshold)},
           {"fallback", f.fallback},
           {"emulated", f.emulated},
           {"requests", f.requests},
           {"offloaded", share_object(f.offloaded)},
           {"available", share_object(f.available)},
           {"cloud_available", share_object(f.cloud_available)},
           {"link_available", number(f.link_available)},
           {"outages", f.outages},
           {"fell_to_edge", f.fell_to_edge},
           {"fell_to_cloud", f.fell_to_cloud},
           {"refused_by_budget", f.refused_by_budget},
           {"up_bytes", f.up_bytes},
           {"down_bytes", f.down_bytes},
           {"currency", text_or_null(f.currency)},
           {"cost_per_1000", number(f.cost_per_1000)},
           {"classes", Json::array()},
           {"sweep", nullptr}};
  for (const HybridClass& k : f.classes) {
    out["classes"].push_back({{"name", k.name},
                              {"requests", k.requests},
                              {"latency_p50_s", k.p50_s},
                              {"latency_p95_s", k.p95_s},
                              {"tail_known", k.tail_known}});
  }
  if (!c.sweep) return out;
  Json points = Json::array();
  for (const SweepPoint& p : c.sweep->points) {
    points.push_back(
        {{"threshold", p.threshold},
         {"offloaded", p.offloaded},
         {"available", p.available},
         {"latency_p50_s", number(p.p50_s)},
         {"latency_p95_s", number(p.p95_s)},
         {"bytes_per_1000", p.bytes_per_1000},
         {"cost_per_1000", f.currency.empty() ? Json(nullptr) : Json(p.cost_per_1000)}});
  }
  out["sweep"] = {{"computed", true}, {"requests", c.sweep->requests}, {"points", points}};
  return out;
}

// One quantity over the share that is offloaded: the hollow points are computed; what was measured
// at the declared threshold is full.
Markup chart_of(const HybridCase& c, const std::string& unit, const std::string& what,
                const SweepLook& look, auto value, std::optional<double> measured) {
  XyChart chart;
  chart.x_unit = "%";
  chart.x_label = said(look.language, "offloaded");
  chart.y_unit = unit;
  chart.title = c.workload + ": " + told(look.language, "over_offloaded", what);
  chart.banner = look.banner;
  XySeries computed{told(look.language, "computed_of", what), {}};
  for (const SweepPoint& p : c.sweep->points) {
    const std::optional<double> y = value(p);
    if (!y) continue;
    computed.points.push_back(
        {p.offloaded * 100,
         *y,
         {},
         {},
         false,
         said(look.language, "threshold") + " " + figure(p.threshold) + ": " + figure(*y)});
  }
  chart.series.push_back(std::move(computed));
  if (measured && c.figures.offloaded.share) {
    chart.series.push_back({said(look.language, "measured"),
                            {{*c.figures.offloaded.share * 100,
                              *measured,
                              {},
                              {},
                              true,
                              said(look.language, "measured_at_threshold")}}});
  }
  return element("figure", draw(chart));
}

Markup sweep_markup(const HybridCase& c, const SweepLook& look) {
  const Language language = look.language;
  if (!c.sweep) return element("p", why_no_sweep(c.figures, language));
  const HybridFigures& f = c.figures;
  std::optional<double> p50, p95;
  for (const HybridClass& k : f.classes) {
    if (k.name != "all") continue;
    p50 = k.p50_s;
    p95 = k.p95_s;
  }
  Markup out = element("h3", said(language, "threshold_sweep")) +
               element("p", told(language, "sweep_computed", c.sweep->requests));
  out += chart_of(
      c, "s", said(language, "latency") + " p50", look, [](const SweepPoint& p) { return p.p50_s; },
      p50);
  out += chart_of(
      c, "s", said(language, "latency") + " p95", look, [](const SweepPoint& p) { return p.p95_s; },
      p95);
  if (!f.currency.empty()) {
    out += chart_of(
        c, "", said(language, "cost_of_1000") + ", " + f.currency, look,
        [](const SweepPoint& p) { return std::optional(p.cost_per_1000); }, f.cost_per_1000);
  }
  const auto rows = sweep_rows(c, language);
  Cells head(rows[0].begin(), rows[0].end());
  std::vector<Cells> cells;
  for (std::size_t i = 1; i < rows.size(); ++i) cells.emplace_back(rows[i].begin(), rows[i].end());
  return out + table(head, cells, 0);
}

}  // namespace

std::string hybrid_text(std::span<const HybridCase> cases, std::size_t width) {
  constexpr Language kEnglish = Language::en;
  std::string out;
  for (const HybridCase& c : cases) {
    out += c.board + " · " + c.workload + fmt::format(": {} requests\n", c.figures.requests);
    std::vector<std::vector<std::string>> facts;
    for (const auto& [name, value] : facts_of(c.figures, kEnglish)) facts.push_back({name, value});
    out += table(facts, 99, "  ") + "\n" + table(class_rows(c.figures, kEnglish), 1, "  ");
    out += wrap(phrase(kEnglish, "hybrid_shares"), width, "  ", "  ");
    if (c.sweep) {
      out += "\n" + table(sweep_rows(c, kEnglish), 0, "  ") +
             wrap(told(kEnglish, "sweep_computed", c.sweep->requests), width, "  ", "  ");
    } else {
      out += "  " + why_no_sweep(c.figures, kEnglish) + "\n";
    }
  }
  return out;
}

std::string hybrid_json(const std::string& run, const std::string& provenance,
                        std::span<const HybridCase> cases) {
  Json out{{"run", run}, {"provenance", provenance}, {"workloads", Json::array()}};
  for (const HybridCase& c : cases) out["workloads"].push_back(case_object(c));
  return pretty_json(dump(out));
}

Markup hybrid_section(std::span<const HybridCase> cases, const std::string& banner,
                      Language language) {
  Markup out;
  for (const HybridCase& c : cases) {
    const std::string mark = !banner.empty() ? banner : c.figures.emulated ? "EMULATED LINK" : "";
    std::vector<std::pair<Markup, Markup>> facts;
    for (const auto& [name, value] : facts_of(c.figures, language)) facts.emplace_back(name, value);
    const auto rows = class_rows(c.figures, language);
    std::vector<Cells> cells;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      cells.emplace_back(rows[i].begin(), rows[i].end());
    }
    out +=
        section(c.board + " · " + c.workload,
                fact_table(facts) + table(Cells(rows[0].begin(), rows[0].end()), cells, 1) +
                    formula(phrase(language, "hybrid_shares")) + sweep_markup(c, {mark, language}));
  }
  return out;
}

std::string hybrid_page(const std::string& run, std::span<const HybridCase> cases,
                        const std::string& banner, Language language) {
  const Markup mark = banner.empty() ? Markup{} : element("p", {{"class", "provenance"}}, banner);
  return html_page({said(language, "hybrid") + " · " + run,
                    (banner.empty() ? "" : banner + " · ") + run, !banner.empty()},
                   mark + element("h1", run) + hybrid_section(cases, banner, language),
                   words_of(language));
}

std::vector<HybridCase> hybrid_cases(const PageInput& input) {
  std::vector<HybridCase> out;
  const Interval whole{0, input.view.now + 1};
  for (const BoardJudgement& board : input.judgement.boards) {
    for (const WorkloadSpec& workload : input.view.spec.workloads) {
      if (workload.kind != "hybrid") continue;
      auto figures = hybrid_figures(input.view.events, board.name, workload.name, whole);
      if (!figures) continue;
      auto sweep = sweep_threshold(figures->rows, figures->rule, figures->fallback);
      out.push_back({board.name, workload.name, std::move(*figures), std::move(sweep)});
    }
  }
  return out;
}

}  // namespace soakrig::report
