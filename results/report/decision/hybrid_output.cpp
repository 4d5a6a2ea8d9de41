// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/hybrid_output.hpp"

#include <fmt/format.h>

#include "results/report/html/format.hpp"
#include "results/report/html/html_page.hpp"
#include "results/report/html/xy_chart.hpp"
#include "results/report/json_values.hpp"
#include "results/report/show_json.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr std::string_view kComputed =
    "computed from measured answers, not measured: the rule was run again over the {} requests "
    "that "
    "both places were asked by lot; with another share the queue at the edge would be another";
constexpr std::string_view kShares =
    "share = seen / of, with its 95 % Clopper-Pearson interval. Requests that one outage hits fail "
    "together, so the interval holds for these requests, not for the link in general.";

std::string percent(double share) { return fmt::format("{:.1f} %", share * 100); }

std::string share_text(const HybridShare& s) {
  if (!s.share) return "unknown: no such request";
  return fmt::format("{} [{}, {}], {} of {}", percent(*s.share), percent(*s.lower),
                     percent(*s.upper), s.seen, s.of);
}

std::string seconds(double value) { return figure(value) + " s"; }

std::string cost_text(const HybridFigures& f) {
  if (f.cost_per_1000) return figure(*f.cost_per_1000) + " " + f.currency;
  if (f.currency.empty()) return "unknown: the profile has no prices";
  return fmt::format("unknown: {} answers of the cloud did not say how long the prompt was",
                     f.unpriced);
}

std::string rule_text(const HybridFigures& f) {
  return f.rule + (f.threshold ? ", threshold " + figure(*f.threshold) : "") +
         (f.fallback ? ", with fallback" : ", without fallback") +
         (f.emulated ? "; the link to the cloud is EMULATED" : "");
}

// Name and value, as measured.
std::vector<std::pair<std::string, std::string>> facts_of(const HybridFigures& f) {
  std::vector<std::pair<std::string, std::string>> out{
      {"rule", rule_text(f)},
      {"offloaded by the rule", share_text(f.offloaded)},
      {"available to the user", share_text(f.available)},
      {"available, the cloud", share_text(f.cloud_available)}};
  if (f.link_available) {
    out.emplace_back(
        "the link was up, as emulated",
        fmt::format("{} of the time, {} outages", percent(*f.link_available), f.outages));
  }
  out.emplace_back("asked elsewhere after a failure",
                   fmt::format("{} at the edge, {} in the cloud", f.fell_to_edge, f.fell_to_cloud));
  out.emplace_back("bytes over the link",
                   fmt::format("{:.0f} out, {:.0f} in{}", f.up_bytes, f.down_bytes,
                               f.shadowed > 0 ? ", those of the sweep's requests too" : ""));
  out.emplace_back("cost of 1000 requests", cost_text(f));
  if (f.refused_by_budget > 0) {
    out.emplace_back("kept here by the budget", std::to_string(f.refused_by_budget));
  }
  return out;
}

std::vector<std::vector<std::string>> class_rows(const HybridFigures& f) {
  std::vector<std::vector<std::string>> rows{{"class", "requests", "p50", "p95"}};
  for (const HybridClass& c : f.classes) {
    rows.push_back({c.name, std::to_string(c.requests), seconds(c.p50_s),
                    seconds(c.p95_s) + (c.tail_known ? "" : " (too few)")});
  }
  return rows;
}

std::vector<std::vector<std::string>> sweep_rows(const HybridCase& c) {
  const bool priced = !c.figures.currency.empty();
  std::vector<std::vector<std::string>> rows{
      {"threshold", "offloaded", "available", "p50", "p95", "bytes out of 1000"}};
  if (priced) rows[0].push_back(c.figures.currency + " of 1000");
  for (const SweepPoint& p : c.sweep->points) {
    rows.push_back({figure(p.threshold), percent(p.offloaded), percent(p.available),
                    p.p50_s ? seconds(*p.p50_s) : "–", p.p95_s ? seconds(*p.p95_s) : "–",
                    fmt::format("{:.0f}", p.bytes_per_1000)});
    if (priced) rows.back().push_back(figure(p.cost_per_1000));
  }
  return rows;
}

std::string why_no_sweep(const HybridFigures& f) {
  if (f.rule != "length" && f.rule != "confidence") {
    return "no sweep: the rule " + f.rule + " has no threshold";
  }
  return fmt::format("no sweep: fewer than {} requests were asked at both places (both = \"100%\")",
                     kLeastSwept);
}

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
                const std::string& banner, auto value, std::optional<double> measured) {
  XyChart chart;
  chart.x_unit = "%";
  chart.x_label = "share offloaded";
  chart.y_unit = unit;
  chart.title = c.workload + ": " + what + " over the share offloaded";
  chart.banner = banner;
  XySeries computed{what + ", computed", {}};
  for (const SweepPoint& p : c.sweep->points) {
    const std::optional<double> y = value(p);
    if (!y) continue;
    computed.points.push_back({p.offloaded * 100,
                               *y,
                               {},
                               {},
                               false,
                               "threshold " + figure(p.threshold) + ": " + figure(*y)});
  }
  chart.series.push_back(std::move(computed));
  if (measured && c.figures.offloaded.share) {
    chart.series.push_back({"measured",
                            {{*c.figures.offloaded.share * 100,
                              *measured,
                              {},
                              {},
                              true,
                              "measured at the declared threshold"}}});
  }
  return element("figure", draw(chart));
}

Markup sweep_markup(const HybridCase& c, const std::string& banner) {
  if (!c.sweep) return element("p", why_no_sweep(c.figures));
  const HybridFigures& f = c.figures;
  std::optional<double> p50, p95;
  for (const HybridClass& k : f.classes) {
    if (k.name != "all") continue;
    p50 = k.p50_s;
    p95 = k.p95_s;
  }
  Markup out = element("h3", Markup("Sweep of the threshold")) +
               element("p", fmt::format(fmt::runtime(kComputed), c.sweep->requests));
  out += chart_of(
      c, "s", "latency p50", banner, [](const SweepPoint& p) { return p.p50_s; }, p50);
  out += chart_of(
      c, "s", "latency p95", banner, [](const SweepPoint& p) { return p.p95_s; }, p95);
  if (!f.currency.empty()) {
    out += chart_of(
        c, "", "cost of 1000 requests, " + f.currency, banner,
        [](const SweepPoint& p) { return std::optional(p.cost_per_1000); }, f.cost_per_1000);
  }
  const auto rows = sweep_rows(c);
  Cells head(rows[0].begin(), rows[0].end());
  std::vector<Cells> cells;
  for (std::size_t i = 1; i < rows.size(); ++i) cells.emplace_back(rows[i].begin(), rows[i].end());
  return out + table(head, cells, 0);
}

}  // namespace

std::string hybrid_text(std::span<const HybridCase> cases, std::size_t width) {
  std::string out;
  for (const HybridCase& c : cases) {
    out += c.board + " · " + c.workload + fmt::format(": {} requests\n", c.figures.requests);
    std::vector<std::vector<std::string>> facts;
    for (const auto& [name, value] : facts_of(c.figures)) facts.push_back({name, value});
    out += table(facts, 99, "  ") + "\n" + table(class_rows(c.figures), 1, "  ");
    out += wrap(kShares, width, "  ", "  ");
    if (c.sweep) {
      out += "\n" + table(sweep_rows(c), 0, "  ") +
             wrap(fmt::format(fmt::runtime(kComputed), c.sweep->requests), width, "  ", "  ");
    } else {
      out += "  " + why_no_sweep(c.figures) + "\n";
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

Markup hybrid_section(std::span<const HybridCase> cases, const std::string& banner) {
  Markup out;
  for (const HybridCase& c : cases) {
    const std::string mark = !banner.empty() ? banner : c.figures.emulated ? "EMULATED LINK" : "";
    std::vector<std::pair<Markup, Markup>> facts;
    for (const auto& [name, value] : facts_of(c.figures)) facts.emplace_back(name, value);
    const auto rows = class_rows(c.figures);
    std::vector<Cells> cells;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      cells.emplace_back(rows[i].begin(), rows[i].end());
    }
    out += section(c.board + " · " + c.workload,
                   fact_table(facts) + table(Cells(rows[0].begin(), rows[0].end()), cells, 1) +
                       formula(kShares) + sweep_markup(c, mark));
  }
  return out;
}

std::string hybrid_page(const std::string& run, std::span<const HybridCase> cases,
                        const std::string& banner) {
  const Markup mark = banner.empty() ? Markup{} : element("p", {{"class", "provenance"}}, banner);
  return html_page(
      {"Hybrid · " + run, (banner.empty() ? "" : banner + " · ") + run, !banner.empty()},
      mark + element("h1", run) + hybrid_section(cases, banner), words_of(Language::en));
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
