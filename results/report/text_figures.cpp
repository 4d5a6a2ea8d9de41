// SPDX-License-Identifier: Apache-2.0
#include "results/report/text_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "results/analysis/canary.hpp"
#include "results/analysis/quality_rules.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr std::size_t kMostLines = 12;  // of one kind; --json has them all

std::string between(const std::optional<double>& lower, const std::optional<double>& upper) {
  if (!lower || !upper) return {};
  return " [" + figure(*lower) + ", " + figure(*upper) + "]";
}

std::vector<std::string> power_lines(const BoardJudgement& board) {
  std::vector<std::string> out;
  for (const PhaseFigures& p : board.phases) {
    if (!p.power || !p.power->mean_w) continue;
    std::string line = fmt::format("{}: {} W{} at {} ({})", p.name, figure(*p.power->mean_w),
                                   between(p.power->lower_w, p.power->upper_w),
                                   p.power->measuring_point, p.power->source);
    for (const WorkFigures& w : p.work) {
      if (!w.j_per_work) continue;
      line += fmt::format("; {}: {} J per {}{}", w.name, figure(*w.j_per_work),
                          w.unit.substr(0, w.unit.rfind('/')),
                          between(w.j_per_work_lower, w.j_per_work_upper));
    }
    if (!p.power->accuracy) line += "; no interval: the meter's accuracy is not known";
    out.push_back(std::move(line));
  }
  return out;
}

// A tail with too few values behind it stands in brackets.
std::string tail(double value, bool told) {
  return told ? figure(value) : "(" + figure(value) + ")";
}

std::vector<std::string> latency_lines(const BoardJudgement& board) {
  std::vector<std::string> out;
  for (const PhaseFigures& p : board.phases) {
    for (const WorkFigures& w : p.work) {
      for (const auto& [name, l] : w.latency) {
        out.push_back(fmt::format("{}, {}: {} p50 {}, p90 {}, p99 {} {} of {}", p.name, w.name,
                                  name, figure(l.p50), tail(l.p90, l.p90_told()),
                                  tail(l.p99, l.p99_told()), l.unit, l.n));
      }
    }
  }
  return out;
}

std::string in_words(const PhaseCanary& canary) {
  const CanaryFigures& c = canary.figures;
  const std::string where = canary.phase + ", " + canary.workload + ": ";
  if (!c.off.empty()) return where + "off: " + c.off;
  const auto upper = c.upper_per_million();
  if (!upper) return where + "on, but no answer came to compare";
  return where + fmt::format(
                     "{} of {} answers as on the cold board, {} near-ties, {} suspected; at most "
                     "{} corrupted "
                     "tokens in a million (95 % confidence, {} compared)",
                     c.same, c.asked, c.near_ties, c.suspected, figure(*upper), c.tokens);
}

std::vector<std::string> change_lines(const BoardJudgement& board) {
  std::vector<std::string> out;
  for (const ChangePoint& c : board.changes) {
    out.push_back(fmt::format("{}, {}: {} to {} {} ({:+.1f} %) at {}", c.phase, c.workload,
                              figure(c.before), figure(c.after), c.unit, c.change * 100,
                              format_duration(c.at)));
  }
  for (const Drift& d : board.drifts) {
    if (d.direction == "none") continue;
    out.push_back(fmt::format("{}, {} {} by {} {}/h{}{}", d.phase, d.channel, d.direction,
                              figure(d.per_hour), d.unit, between(d.lower, d.upper),
                              d.leak ? ": a leak" : ""));
  }
  return out;
}

std::vector<std::string> heat_lines(const BoardJudgement& board) {
  std::vector<std::string> out;
  for (const ThermalFit& t : board.thermal) {
    if (!t.refused.empty()) {
      out.push_back(t.phase + ": no model: " + t.refused);
      continue;
    }
    std::string line = fmt::format("{}: {} K/W, time constants {} and {} s, rms {} K", t.phase,
                                   figure(t.r_total.value_or(0)), figure(t.tau1_s.value_or(0)),
                                   figure(t.tau2_s.value_or(0)), figure(t.rms.value_or(0)));
    line += t.critical_ambient
                ? fmt::format("; throttles above {} Cel", figure(*t.critical_ambient))
                : "; no critical ambient: " + t.critical_refused;
    out.push_back(std::move(line));
  }
  for (const Derating& d : board.derating) {
    std::string line = d.workload + " by ambient";
    for (const DeratingPoint& p : d.points) {
      line += fmt::format("{} {} Cel {}{}", &p == d.points.data() ? ":" : ",", figure(p.ambient),
                          figure(p.sustained), p.measured ? "" : " (predicted)");
    }
    if (d.error) line += fmt::format(" {}; error {}", d.unit, figure(*d.error));
    if (!d.refused.empty()) line += "; " + d.refused;
    out.push_back(std::move(line));
  }
  return out;
}

std::vector<std::string> reliability_lines(const BoardJudgement& board) {
  std::vector<std::string> out;
  if (!board.reliability) return out;
  for (const ReliabilityBound& b : board.reliability->bounds) {
    if (b.name == "bricked_share" && b.upper) {
      out.push_back(fmt::format("updates that brick: at most {} % ({:g} % confidence: {}). {}",
                                figure(*b.upper * 100), b.confidence * 100, b.formula,
                                b.not_proven));
    }
    if (b.name != "mtbf_h" || b.confidence < 0.9 || !b.lower) continue;  // --json has the others
    out.push_back(
        fmt::format("mean time between failures at least {} h ({:g} % confidence: {}). {}",
                    figure(*b.lower), b.confidence * 100, b.formula, b.not_proven));
  }
  return out;
}

std::string lines_of(std::string_view head, const std::vector<std::string>& lines,
                     const TextOptions& options) {
  std::string out;
  for (std::size_t i = 0; i < lines.size() && i < kMostLines; ++i) {
    const std::string first = "  " + pad(i == 0 ? head : "", 12);
    out += wrap(printable(lines[i]), options.width, first, std::string(14, ' '));
  }
  if (lines.size() > kMostLines) {
    out +=
        fmt::format("              and {} more; --json has them all\n", lines.size() - kMostLines);
  }
  return out;
}

}  // namespace

std::string figures_section(const BoardJudgement& board, const TextOptions& options) {
  const std::string out = lines_of("power", power_lines(board), options) +
                          lines_of("latency", latency_lines(board), options) +
                          lines_of("changes", change_lines(board), options) +
                          lines_of("heat", heat_lines(board), options) +
                          lines_of("reliability", reliability_lines(board), options);
  return out.empty() ? out : "\n" + out;
}

std::string quality_section(const RunView& run, const std::string& board,
                            const TextOptions& options) {
  const auto view = std::ranges::find(run.boards, board, &BoardView::name);
  if (view == run.boards.end()) return {};
  std::vector<std::string> lines;
  std::string where;
  for (const QualityLevel& level : quality_levels(run, *view)) {
    const std::string here = level.phase + ", " + level.workload;
    if (here != where) {
      where = here;
      lines.push_back(fmt::format("{}: {} passes", here, level.answered + level.unanswered));
      if (level.unanswered > 0) lines.back() += fmt::format(", {} unanswered", level.unanswered);
    }
    lines.back() += "; " + level.gauge + " ";
    if (level.passes.empty()) {
      lines.back() += level.no_meaning.empty() ? "not told" : "means nothing: " + level.no_meaning;
      continue;
    }
    const auto bounds = level.bounds();
    lines.back() += figure(*level.level());
    if (bounds) lines.back() += between(bounds->lower, bounds->upper);
  }
  const std::string out = lines_of("quality", lines, options);
  return out.empty() ? out : "\n" + out;
}

std::string canary_section(const RunView& run, const std::string& board,
                           const TextOptions& options) {
  std::vector<std::string> lines;
  for (const PhaseCanary& canary : canaries_of(run, board)) lines.push_back(in_words(canary));
  const std::string out = lines_of("canary", lines, options);
  return out.empty() ? out : "\n" + out;
}

}  // namespace soakrig::report
