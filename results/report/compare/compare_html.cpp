// SPDX-License-Identifier: Apache-2.0
#include "results/report/compare/compare_html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "results/report/compare/compare_text.hpp"
#include "results/report/html/board_chart.hpp"
#include "results/report/html/format.hpp"
#include "results/report/html/html_page.hpp"
#include "results/report/html/time_chart.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr std::size_t kMostPictures = 12;

struct Page {
  std::span<const Candidate> candidates;
  std::span<const PageInput* const> inputs;
  const Comparison& comparison;
  std::span<const TickedRequirement> ticked;
  const Words& words;
};

// What one of them is marked as, the whole page is.
std::string banner_of(const Page& page) {
  for (const PageInput* input : page.inputs) {
    if (const std::string banner = banner_of(*input, page.words); !banner.empty()) return banner;
  }
  return {};
}

Cells heading(const Page& page, const Cells& before) {
  Cells out = before;
  for (const Candidate& c : page.candidates) out.push_back(c.label);
  return out;
}

Markup candidates_table(const Page& page) {
  const Words& w = page.words;
  std::vector<Cells> rows;
  for (const Candidate& c : page.candidates) {
    const RunFacts& run = c.run->run;
    rows.push_back({element("b", c.label), c.board->name,
                    Markup(run.name) + element("small", run.id), utc_or_dash(run.started_utc),
                    std::string(to_string(run.provenance)), percent_text(c.board->coverage),
                    verdict_mark(w, c.board->verdict, run.state)});
  }
  return table({"", w.board, w.run_name, w.started, w.provenance, w.coverage, w.verdict}, rows, 5) +
         element("p", page.comparison.specimens);
}

Markup cell_of(const ComparedCell& c) {
  if (!c.value) return "–";
  Markup out = value_text(c.value);
  if (c.lower && c.upper) out += Markup(" [" + interval_text(c.lower, c.upper) + "]");
  const std::string delta = delta_text(c);
  if (!delta.empty()) {
    out += element("small", {{"class", c.regressed ? "verdict fail" : "t"}}, delta);
  }
  return out;
}

Markup figures_table(const Page& page) {
  std::vector<Cells> rows;
  std::set<std::string> refused;
  for (const ComparedRow& r : page.comparison.rows) {
    Cells row{r.phase, r.workload, Markup(r.quantity) + " " + element("i", unit_text(r.unit))};
    for (const ComparedCell& c : r.cells) row.push_back(cell_of(c));
    rows.push_back(std::move(row));
    if (!r.refused.empty()) refused.insert(r.phase + " " + r.workload + ": " + r.refused);
  }
  const Words& w = page.words;
  return table(heading(page, {w.phase, w.workload, w.quantity}), rows, 3) +
         bullets({refused.begin(), refused.end()}, refused.size()) + formula(kDeltaFormula);
}

Markup requirements_table(const Page& page) {
  std::vector<Cells> rows;
  for (const TickedRequirement& t : page.ticked) {
    Cells row{requirement_text(t)};
    for (const Tick& one : t.ticks) {
      const char* mark = one.met == Verdict::pass ? "✓" : one.met == Verdict::fail ? "✗" : "?";
      row.push_back(
          element("span", {{"class", "verdict " + std::string(to_string(one.met))}}, mark) +
          element("small", one.reason));
    }
    rows.push_back(std::move(row));
  }
  return table(heading(page, {page.words.bar}), rows, 99);
}

Markup environment_table(const Page& page) {
  std::vector<Cells> rows;
  for (const FactRow& f : page.comparison.environment) {
    Cells row{f.key};
    for (const std::string& v : f.values) {
      row.push_back(v.empty() ? element("i", Markup(page.words.unknown)) : Markup(v));
    }
    rows.push_back(std::move(row));
  }
  return table(heading(page, {""}), rows, 99);
}

std::optional<Interval> dwell_in(const Candidate& c, const std::string& phase) {
  const auto found = std::ranges::find(c.board->phases, phase, &PhaseFigures::name);
  return found == c.board->phases.end() ? std::nullopt : found->dwell;
}

// The time of each bin counted from the dwell's begin.
Curve shifted(Curve curve, Nanos from, const std::string& label) {
  curve.label = label;
  for (CurveBin& b : curve.bins) {
    b.from -= to_seconds(from);
    b.to -= to_seconds(from);
  }
  return curve;
}

Markup overlay(const Page& page, const std::string& phase, const std::string& workload,
               const std::string& unit) {
  TimeChart chart;
  chart.title = phase + ", " + workload;
  chart.banner = banner_of(page);
  Panel speed, temperature;
  speed.unit = unit;
  speed.from_zero = true;
  speed.height = 130;
  temperature.unit = "Cel";
  for (std::size_t i = 0; i < page.candidates.size(); ++i) {
    const Candidate& c = page.candidates[i];
    const PageInput& input = *page.inputs[i];
    const auto dwell = dwell_in(c, phase);
    const auto board = std::ranges::find(input.view.boards, c.board->name, &BoardView::name);
    if (!dwell || board == input.view.boards.end()) continue;
    chart.to = std::max(chart.to, to_seconds(dwell->length()));
    speed.curves.push_back(shifted(speed_curve(input.view, *board, workload, *dwell, kPictureBins),
                                   dwell->from, c.label));
    temperature.curves.push_back(shifted(
        channel_curve(*input.reader, c.board->name, "soc.temperature", *dwell, kPictureBins),
        dwell->from, c.label));
  }
  chart.panels = {std::move(speed), std::move(temperature)};
  const Markup picture = draw(chart);
  if (picture.empty()) return {};
  return element("h3", Markup(phase) + " · " + workload) + element("figure", picture);
}

Markup overlays(const Page& page) {
  Markup out;
  std::size_t drawn = 0;
  for (const ComparedRow& r : page.comparison.rows) {
    if (r.quantity != "sustained" || ++drawn > kMostPictures) continue;
    out += overlay(page, r.phase, r.workload, r.unit);
  }
  return out.empty() ? out : out + formula(page.words.strip_caption);
}

Markup provenance_banner(const Page& page) {
  const std::string banner = banner_of(page);
  return banner.empty() ? Markup{} : element("p", {{"class", "provenance"}}, banner);
}

}  // namespace

std::string compare_html(std::span<const Candidate> candidates,
                         std::span<const PageInput* const> inputs, const Comparison& comparison,
                         std::span<const TickedRequirement> ticked, Language language,
                         const Markup& more) {
  const Words& words = words_of(language);
  const Page page{candidates, inputs, comparison, ticked, words};
  std::string names;
  for (const Candidate& c : candidates) names += (names.empty() ? "" : " · ") + c.label;
  const std::string banner = banner_of(page);
  const Markup content =
      provenance_banner(page) + element("h1", Markup(words.comparison)) + candidates_table(page) +
      section(words.before_you_believe, bullets(comparison.warnings, 100)) +
      section(words.requirements, requirements_table(page)) + more +
      section(words.figures, figures_table(page)) +
      section(words.regressions, bullets(comparison.regressions, 100)) +
      section(words.overlay, overlays(page)) + section(words.environment, environment_table(page)) +
      section(words.limitations, bullets({std::string(words.limits_one_item)}, 1));
  return html_page({std::string(words.comparison) + " · " + names,
                    (banner.empty() ? "" : banner + " · ") + names, !banner.empty()},
                   content, words);
}

}  // namespace soakrig::report
