// SPDX-License-Identifier: Apache-2.0
#include "results/report/text_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "results/analysis/phase_times.hpp"
#include "results/analysis/speed_figures.hpp"
#include "results/analysis/sweep.hpp"
#include "results/report/run_strips.hpp"
#include "results/report/strip_chart.hpp"
#include "results/report/text_layout.hpp"
#include "rig/base/sweep_name.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr std::size_t kMostEntries = 40;  // of a timeline; --json has them all
constexpr std::size_t kMostEvidence = 5;  // lines of one entry

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return out;
}

std::string time_or_dash(const std::optional<Nanos>& utc_ns) {
  return utc_ns ? format_rfc3339(*utc_ns) : "-";
}

}  // namespace

std::string Paint::operator()(std::string_view text, std::string_view code) const {
  if (!on_) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string Paint::verdict(const std::optional<Verdict>& verdict) const {
  if (!verdict) return (*this)("NO VERDICT", "1;31");
  const std::string_view code = *verdict == Verdict::pass           ? "1;32"
                                : *verdict == Verdict::inconclusive ? "1;33"
                                                                    : "1;31";
  return (*this)(upper(to_string(*verdict)), code);
}

std::string figure_or_dash(const std::optional<double>& value) {
  return value ? figure(*value) : "-";
}

std::string provenance_banner(Provenance provenance, const TextOptions& options) {
  if (provenance == Provenance::measured) return {};
  const std::string words = provenance == Provenance::simulated
                                ? " SIMULATED: no measurement of a real board "
                                : " REPLAYED: read from a recorded tree, not from a board ";
  const std::size_t bar = (options.width - std::min(options.width, text_width(words))) / 2;
  std::string line;
  for (std::size_t i = 0; i < bar; ++i) line += "█";
  return Paint(options.colour).warn(line + words + line) + "\n";
}

std::string head_section(const Judgement& j, const TextOptions& options) {
  const Paint paint(options.colour);
  std::string out = provenance_banner(j.run.provenance, options);
  const bool open = j.run.state == RunState::interrupted || j.run.state == RunState::running;
  out += open ? paint(upper(to_string(j.run.state)), "1;31") : paint.verdict(j.verdict);
  out += "  " + paint.bold(printable(j.run.name)) + "  " + printable(j.run.id) + "\n";
  if (j.run.state == RunState::interrupted) {
    out += wrap(
        "Its controller died and the run never ended, so there is no verdict. What was "
        "stored until then is below.",
        options.width, "  ", "  ");
  } else if (open) {
    out += "  It is still running: these are the figures so far.\n";
  }
  for (const std::string& reason : j.reasons) {
    out += wrap(printable(reason), options.width, "  · ", "    ");
  }
  const std::string planned = j.run.planned ? format_duration(*j.run.planned) : "-";
  out += paint.dim(wrap(
      fmt::format("started {}, ended {}, planned {}, coverage {}", time_or_dash(j.run.started_utc),
                  time_or_dash(j.run.ended_utc), planned, figure_or_dash(j.coverage)),
      options.width, "  ", "  "));
  return out;
}

std::string claims_section(const BoardJudgement& board, const TextOptions& options) {
  if (board.claims.empty()) return {};
  std::vector<std::vector<std::string>> rows{
      {"claim", "unit", "claimed", "peak", "sustained", "95 % interval", "verdict"}};
  std::string notes;
  for (const ClaimResult& c : board.claims) {
    rows.push_back({printable(c.name), printable(c.unit), figure(c.claimed), figure_or_dash(c.peak),
                    figure_or_dash(c.sustained),
                    c.lower && c.upper ? figure(*c.lower) + " to " + figure(*c.upper) : "-",
                    std::string(to_string(c.verdict))});
    notes += wrap(printable(c.name + ": " + c.reason), options.width, "  · ", "    ");
    if (c.bound) notes += wrap("bound: " + printable(*c.bound), options.width, "    ", "    ");
  }
  return "\n" + table(rows, 2, "  ") + notes;
}

namespace {

// Which rules chose the sustained times, said once each.
std::string sustained_rules(const RunView& run) {
  std::set<std::string> rules;
  for (const PhaseView& p : run.phases) {
    if (const auto dwell = dwell_of(run, p)) rules.insert(sustained_span(*dwell, dwell->from).rule);
  }
  std::string out;
  for (const std::string& r : rules) out += (out.empty() ? "" : "; ") + r;
  return out.empty() ? "the dwell" : out;
}

}  // namespace

std::string phases_section(const BoardJudgement& board, const RunView& run,
                           const TextOptions& options) {
  if (board.phases.empty()) return "\n  no phase began\n";
  std::vector<std::vector<std::string>> rows{
      {"phase", "Cel", "work", "unit", "peak", "sustained", "p5", "stability", "retention"}};
  for (const PhaseFigures& p : board.phases) {
    if (parse_sweep_name(p.name)) continue;
    const std::string name = printable(p.name), ambient = figure_or_dash(p.ambient);
    if (p.work.empty()) rows.push_back({name, ambient, "no work"});
    for (const WorkFigures& w : p.work) {
      rows.push_back({name, ambient, printable(w.name), printable(w.unit), figure_or_dash(w.peak),
                      figure_or_dash(w.sustained), figure_or_dash(w.p5),
                      figure_or_dash(w.stability), figure_or_dash(w.retention)});
    }
  }
  const std::string formulas = fmt::format(
      "speed = work ÷ busy time over whole cycles in windows of {}; peak = best window; sustained "
      "= "
      "median window of {}; stability = worst ÷ best window; retention = sustained ÷ run peak",
      format_duration(run.spec.rules.window), sustained_rules(run));
  return "\n" + table(rows, 4, "  ") +
         Paint(options.colour).dim(wrap(formulas, options.width, "  ", "  "));
}

std::string sweeps_section(const BoardJudgement& board, const RunView& run) {
  std::string out;
  for (const Sweep& sweep : find_sweeps(run, board)) {
    std::vector<std::vector<std::string>> rows{sweep.settings};
    for (const char* head : {"Cel", "unit", "sustained", "peak", "MB", "J/work"}) {
      rows.front().emplace_back(head);
    }
    for (const SweepRow& row : sweep.rows) {
      const WorkFigures& w = row.work;
      auto& cells = rows.emplace_back(row.values);
      for (std::string& cell : cells) cell = printable(cell);
      const std::string megabytes = row.memory ? figure(*row.memory * 1e-6) : "-";
      for (std::string cell :
           {figure_or_dash(row.ambient), printable(w.unit), figure_or_dash(w.sustained),
            figure_or_dash(w.peak), megabytes, figure_or_dash(w.j_per_work)}) {
        cells.push_back(std::move(cell));
      }
    }
    out +=
        "\n  sweep " + printable(sweep.name) + "\n" + table(rows, sweep.settings.size() + 2, "  ");
  }
  return out;
}

namespace {

std::string strip_lines(const Strip& strip, const std::string& label, std::size_t gutter) {
  std::string out;
  for (std::size_t r = 0; r < strip.rows.size(); ++r) {
    const bool top = r == 0, bottom = r + 1 == strip.rows.size();
    const std::string side = top      ? figure(strip.high) + " " + label
                             : bottom ? figure(strip.low)
                                      : std::string{};
    out += pad(side, gutter - 1, true) + " " + strip.rows[r] + "\n";
  }
  return out;
}

// "│cold      │hot       ": each phase's name where it begins.
std::string phase_line(const RunStrips& strips, const RunView& run) {
  std::string out;
  for (std::size_t c = 0; c < strips.phase.size();) {
    std::size_t end = c;
    while (end < strips.phase.size() && strips.phase[end] == strips.phase[c]) ++end;
    std::string name;
    if (strips.phase[c] >= 0) {
      const std::size_t index = run.phases[static_cast<std::size_t>(strips.phase[c])].spec;
      name = "│" + printable(run.spec.phases[index].name);
    }
    out += pad(name, end - c);
    c = end;
  }
  return out;
}

}  // namespace

std::string strips_section(const RunView& run, const std::string& board,
                           const TextOptions& options) {
  constexpr std::size_t kGutter = 18;
  const auto found = std::ranges::find(run.boards, board, &BoardView::name);
  if (found == run.boards.end() || options.width < kGutter + 20) return {};
  const RunStrips strips = make_strips(run, *found, options.width - kGutter);
  const Paint paint(options.colour);
  std::string out;
  if (const auto s = draw_strip(strips.speed, 3, true)) {
    out += paint(strip_lines(*s, printable(strips.speed_unit), kGutter), "36");
  }
  if (const auto s = draw_strip(strips.temperature, 3, false)) {
    out += paint(strip_lines(*s, "Cel", kGutter), "35");
  }
  if (out.empty()) return {};
  const std::string scale = pad("0", kGutter + 1, true) +
                            pad(format_duration(run.now), options.width - kGutter - 1, true);
  return "\n" + out + std::string(kGutter, ' ') + phase_line(strips, run) + "\n" +
         paint.dim(scale) + "\n";
}

namespace {

struct Entry {
  Nanos t = 0;
  std::string words;
  std::vector<std::string> evidence;
  bool alarm = false;
};

Entry entry_of(const Episode& e) {
  std::string words = fmt::format("{} for {}: {}", upper(to_string(e.cause)),
                                  format_duration(e.when.length()), e.effect);
  if (e.lost_work && *e.lost_work >= 1) words += "; lost work " + figure(*e.lost_work);
  return {e.when.from, std::move(words), e.evidence, true};
}

Entry entry_of(const Incident& i) {
  std::string words = fmt::format("INCIDENT {} (blame {})", to_string(i.kind), to_string(i.blame));
  if (i.recovered_after_s && *i.recovered_after_s < 9e9) {
    words += ", recovered after " + format_duration(from_seconds(*i.recovered_after_s));
  }
  return {i.at, std::move(words), i.evidence, true};
}

std::vector<Entry> entries_of(const BoardJudgement& board, const RunView& run) {
  std::vector<Entry> out;
  for (const PhaseView& p : run.phases) {
    if (p.spec >= run.spec.phases.size()) continue;
    const std::string& name = run.spec.phases[p.spec].name;
    if (p.begin) out.push_back({*p.begin, "phase " + name + " begins", {}, false});
    if (p.dwell_begin && p.begin && *p.dwell_begin - *p.begin > kSecond) {
      out.push_back({*p.dwell_begin, "phase " + name + ": dwell begins", {}, false});
    }
  }
  for (const Episode& e : board.episodes) out.push_back(entry_of(e));
  for (const Incident& i : board.incidents) out.push_back(entry_of(i));
  std::ranges::stable_sort(out, {}, &Entry::t);
  return out;
}

}  // namespace

std::string timeline_section(const BoardJudgement& board, const RunView& run,
                             const TextOptions& options) {
  const Paint paint(options.colour);
  const std::vector<Entry> all = entries_of(board, run);
  std::string out = "\n";
  for (std::size_t i = 0; i < all.size() && i < kMostEntries; ++i) {
    const std::string at = pad(format_duration(all[i].t), 10, true) + "  ";
    const std::string words =
        wrap(printable(all[i].words), options.width, at, std::string(12, ' '));
    out += all[i].alarm ? paint.warn(words) : words;
    for (std::size_t k = 0; k < all[i].evidence.size() && k < kMostEvidence; ++k) {
      out += paint.dim(wrap(printable(all[i].evidence[k]), options.width, std::string(14, ' '),
                            std::string(16, ' ')));
    }
  }
  if (all.size() > kMostEntries) {
    out += fmt::format("            and {} more; --json has them all\n", all.size() - kMostEntries);
  }
  return out;
}

}  // namespace soakrig::report
