// SPDX-License-Identifier: Apache-2.0
#include "results/report/claims_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/analysis/sweep.hpp"
#include "results/report/json_values.hpp"
#include "results/report/show_figures.hpp"
#include "results/report/text_layout.hpp"
#include "results/report/text_sections.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

std::optional<double> scaled(const std::optional<double>& value, double by) {
  return value ? std::optional(*value * by) : std::nullopt;
}

// Of a speed that has its energy: work per second and watt, which is work per joule.
std::optional<double> per_joule(const WorkFigures& w) {
  return w.j_per_work && *w.j_per_work > 0 ? std::optional(1 / *w.j_per_work) : std::nullopt;
}

Json measured_object(const BoardView* board, const PhaseFigures& phase, const WorkFigures& w) {
  const auto memory = board == nullptr ? std::nullopt : memory_held(*board, w.name, phase);
  return {{"phase", phase.name},
          {"ambient", number(phase.ambient)},
          {"workload", w.name},
          {"kind", w.kind},
          {"unit", w.unit},
          {"peak_short", number(w.peak_short)},
          {"peak", number(w.peak)},
          {"sustained", number(w.sustained)},
          {"lower", number(w.lower)},
          {"upper", number(w.upper)},
          {"power_w", number(w.power_w)},
          {"memory", number(memory)},
          {"j_per_work", number(w.j_per_work)},
          {"work_per_j", number(per_joule(w))}};
}

Json load_object(const LoadBound& b) {
  return {{"phase", b.phase},
          {"workload", b.workload},
          {"tokens_per_s", number(b.load.speed)},
          {"bytes_per_token", number(b.load.bytes)},
          {"mbu", number(b.result.mbu)},
          {"mfu", number(b.result.mfu)},
          {"attainable_tokens_per_s", number(b.result.attainable)},
          {"beside", text_or_null(b.beside)},
          {"words", text_or_null(b.result.words)}};
}

Json peak_object(const PeakCheck& p) {
  return {{"phase", p.phase},
          {"workload", p.workload},
          {"precision", text_or_null(p.precision)},
          {"theoretical_gops", number(scaled(p.theoretical, 1e-9))},
          {"measured_gops", number(scaled(p.measured, 1e-9))},
          {"words", text_or_null(p.words)}};
}

Json clock_object(const ClockCheck& c) {
  return {{"workload", c.workload},
          {"measured_mhz", c.measured_hz * 1e-6},
          {"reported_mhz", number(scaled(c.reported_hz, 1e-6))},
          {"words", c.words}};
}

Json board_object(const BoardClaims& of) {
  Json out{{"name", of.board->name},
           {"claims", Json::array()},
           {"measured", Json::array()},
           {"ceilings",
            {{"bandwidth_gb_s", number(scaled(of.bounds.ceilings.bandwidth, 1e-9))},
             {"peak_gops", number(scaled(of.bounds.ceilings.peak, 1e-9))}}},
           {"loads", Json::array()},
           {"peaks", Json::array()},
           {"clocks", Json::array()}};
  for (const ClaimResult& c : of.board->claims) out["claims"].push_back(claim_object(c));
  for (const PhaseFigures& phase : of.board->phases) {
    for (const WorkFigures& w : phase.work) {
      out["measured"].push_back(measured_object(of.view, phase, w));
    }
  }
  for (const LoadBound& b : of.bounds.loads) out["loads"].push_back(load_object(b));
  for (const PeakCheck& p : of.bounds.peaks) out["peaks"].push_back(peak_object(p));
  for (const ClockCheck& c : of.bounds.clocks) out["clocks"].push_back(clock_object(c));
  return out;
}

std::string measured_table(const BoardJudgement& board) {
  std::vector<std::vector<std::string>> rows{
      {"phase", "Cel", "work", "unit", "short peak", "peak", "sustained", "J/work", "work/s/W"}};
  for (const PhaseFigures& phase : board.phases) {
    for (const WorkFigures& w : phase.work) {
      rows.push_back({printable(phase.name), figure_or_dash(phase.ambient), printable(w.name),
                      printable(w.unit), figure_or_dash(w.peak_short), figure_or_dash(w.peak),
                      figure_or_dash(w.sustained), figure_or_dash(w.j_per_work),
                      figure_or_dash(per_joule(w))});
    }
  }
  return table(rows, 4, "  ");
}

std::string bounds_lines(const BoardBounds& bounds, const TextOptions& options) {
  std::string out;
  const auto line = [&](const std::string& text) {
    out += wrap(printable(text), options.width, "  ", "    ");
  };
  line(fmt::format("measured beside it: {} GB/s, {} GOPS",
                   figure_or_dash(scaled(bounds.ceilings.bandwidth, 1e-9)),
                   figure_or_dash(scaled(bounds.ceilings.peak, 1e-9))));
  for (const LoadBound& b : bounds.loads) {
    line(fmt::format("{} in phase {}: {} of {} tokens/s attainable, {}{}", b.workload, b.phase,
                     figure_or_dash(b.load.speed), figure_or_dash(b.result.attainable),
                     b.result.words, b.beside.empty() ? "" : " (" + b.beside + ")"));
  }
  for (const PeakCheck& p : bounds.peaks) {
    line(fmt::format("{} in phase {}: {}", p.workload, p.phase, p.words));
  }
  for (const ClockCheck& c : bounds.clocks) {
    line(fmt::format("clock ({}): {}", c.workload, c.words));
  }
  return out;
}

}  // namespace

std::vector<BoardClaims> board_claims(const Judgement& judgement, const RunView& run) {
  std::vector<BoardClaims> out;
  for (const BoardJudgement& board : judgement.boards) {
    const auto view = std::ranges::find(run.boards, board.name, &BoardView::name);
    if (view == run.boards.end()) {
      out.push_back({&board, nullptr, {}});
    } else {
      out.push_back({&board, &*view, board_bounds(run, *view, board.phases)});
    }
  }
  return out;
}

std::string claims_json(const std::vector<BoardClaims>& boards) {
  Json list = Json::array();
  for (const BoardClaims& board : boards) list.push_back(board_object(board));
  return Json{{"boards", std::move(list)}}.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string claims_text(const std::vector<BoardClaims>& boards, const Judgement& judgement,
                        const TextOptions& options) {
  std::string out = provenance_banner(judgement.run.provenance, options);
  for (const BoardClaims& of : boards) {
    out += printable(of.board->name) + "\n";
    out += of.board->claims.empty() ? "  no claims in the profile ([[board.claim]])\n"
                                    : claims_section(*of.board, options);
    out += "\n" + measured_table(*of.board) + bounds_lines(of.bounds, options);
  }
  return out;
}

Verdict claims_verdict(const std::vector<BoardClaims>& boards) {
  Verdict out = Verdict::pass;
  for (const BoardClaims& of : boards) {
    for (const ClaimResult& c : of.board->claims) out = worst(out, c.verdict);
    if (std::ranges::any_of(of.bounds.loads, [](const LoadBound& b) {
          return b.result.bound == Bound::impossible;
        })) {
      out = worst(out, Verdict::inconclusive);
    }
  }
  return out;
}

}  // namespace soakrig::report
