// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/board_bounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/analysis/claim_conditions.hpp"
#include "results/analysis/ready_facts.hpp"
#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

using AllReady = std::map<std::string, Ready>;

constexpr Nanos kClockAround = 2 * kSecond;  // reported values this near to the measurement
constexpr double kClockTolerance = 0.05;

const Ready& ready_of(const AllReady& all, const std::string& workload) {
  static const Ready kSilent;
  const auto found = all.find(workload);
  return found == all.end() ? kSilent : found->second;
}

struct Ceiling {
  double value = 0;
  const PhaseFigures* phase = nullptr;
};

bool same_air(const PhaseFigures& a, const PhaseFigures& b) {
  if (!a.ambient || !b.ambient) return a.ambient.has_value() == b.ambient.has_value();
  return std::abs(*a.ambient - *b.ambient) <= kAmbientTolerance;
}

// The best that `counts` lets through, of the phases with the air of `beside` before all others.
template <class Counts>
std::optional<Ceiling> best(std::span<const PhaseFigures> phases, const PhaseFigures* beside,
                            const Counts& counts) {
  std::optional<Ceiling> out;
  bool near = false;
  for (const PhaseFigures& phase : phases) {
    const bool here = beside != nullptr && same_air(phase, *beside);
    for (const WorkFigures& work : phase.work) {
      if (!work.sustained || *work.sustained <= 0 || !counts(work)) continue;
      if (out && near && !here) continue;
      if (out && near == here && *work.sustained <= out->value) continue;
      out = Ceiling{*work.sustained, &phase};
      near = here;
    }
  }
  return out;
}

struct BothCeilings {
  std::optional<Ceiling> bandwidth, peak;

  [[nodiscard]] Ceilings values() const {
    Ceilings out;
    if (bandwidth) out.bandwidth = bandwidth->value;
    if (peak) out.peak = peak->value;
    return out;
  }
};

// Operations in bytes where those were measured, since the models compute in bytes.
BothCeilings ceilings_at(std::span<const PhaseFigures> phases, const PhaseFigures* beside,
                         const AllReady& ready) {
  BothCeilings out;
  out.bandwidth = best(phases, beside,
                       [](const WorkFigures& w) { return w.kind == "memory" && w.unit == "By/s"; });
  out.peak = best(phases, beside, [&](const WorkFigures& w) {
    return w.kind == "gemm" && ready_of(ready, w.name).text("precision") == "int8";
  });
  if (!out.peak) {
    out.peak = best(phases, beside, [](const WorkFigures& w) { return w.kind == "gemm"; });
  }
  return out;
}

std::string beside_words(const PhaseFigures& phase, const BothCeilings& ceilings) {
  std::string out;
  const auto add = [&](const char* what, const std::optional<Ceiling>& ceiling) {
    if (!ceiling) return;
    out += fmt::format("{}{} of phase {}{}", out.empty() ? "" : ", ", what, ceiling->phase->name,
                       same_air(phase, *ceiling->phase) ? "" : " at another ambient");
  };
  add("bandwidth", ceilings.bandwidth);
  add("peak", ceilings.peak);
  return out;
}

// Decoding one stream reads its weights once and multiplies each once. An engine that said how
// large its model is reads no more than that for a token of its only stream.
Load load_of(const WorkFigures& work, const Ready& ready) {
  Load out;
  out.speed = work.sustained;
  out.bytes = ready.number("bytes_per_token");
  if (!out.bytes && ready.text("streams") == "1") out.bytes = ready.number("engine_model_bytes");
  if (const std::string format = ready.text("format"); out.bytes && !format.empty()) {
    out.operations = 2 * *out.bytes * 8 / (format == "q4_0" ? 4.5 : 8.5);
  } else if (out.bytes && ready.number("engine_parameters")) {
    out.operations = 2 * *ready.number("engine_parameters");
  }
  return out;
}

// The largest that the board said of its clock near a time; `highest`: of what it could be at all.
struct ReportedClock {
  std::optional<double> hz;
  Provenance provenance = Provenance::measured;
};

ReportedClock reported_clock(const BoardView& board, Nanos at, bool highest) {
  ReportedClock out;
  for (const ChannelView& channel : board.channels) {
    const std::string_view name = channel.info.name;
    if (!name.starts_with("cpu.")) continue;
    if (!(highest ? name.ends_with(".frequency_max") : name == "cpu.frequency")) continue;
    const auto said =
        summarise(channel, {std::max<Nanos>(0, at - kClockAround), at + kClockAround});
    if (!said || said->max <= 0) continue;
    out.provenance = worse(out.provenance, channel.info.provenance);
    out.hz = std::max(out.hz.value_or(0), said->max);
  }
  return out;
}

ClockCheck check_clock(const BoardView& board, const std::string& workload, const Ready& ready,
                       double measured_hz) {
  ClockCheck out{workload, measured_hz, {}, {}};
  const std::string measured =
      fmt::format("measured {:.0f} MHz by a chain of dependent additions", measured_hz * 1e-6);
  const ReportedClock said = reported_clock(board, ready.at, false);
  if (!said.hz) {
    out.words = measured + "; the board reports none to compare it with";
    return out;
  }
  if (said.provenance != Provenance::measured) {
    out.words = fmt::format("{}; not compared: the reported clock is {}", measured,
                            to_string(said.provenance));
    return out;
  }
  out.reported_hz = said.hz;
  const double off = measured_hz / *said.hz - 1;
  out.words = fmt::format(
      "reported {:.0f} MHz, {}: {}", *said.hz * 1e-6, measured,
      std::abs(off) <= kClockTolerance
          ? std::string("they agree")
          : fmt::format("{:+.0f} %, so what it reports is not what it runs at", off * 100));
  return out;
}

PeakCheck check_peak(const BoardView& board, const std::string& phase, const WorkFigures& work,
                     const Ready& ready) {
  PeakCheck out{phase, work.name, ready.text("precision"), {}, work.sustained, {}};
  const auto cores = ready.number("cores");
  const auto per_cycle = ready.number("ops_per_core_cycle");
  const auto measured_mhz = ready.number("measured_clock_mhz");
  if (!cores || !per_cycle) {
    out.words = "no theoretical peak: its width is not known";
    return out;
  }
  const ReportedClock said = reported_clock(board, ready.at, true);
  const bool own = said.hz && said.provenance == Provenance::measured;
  if (!own && !measured_mhz) {
    out.words = "no theoretical peak: its clock is not known";
    return out;
  }
  const double clock = own ? *said.hz : *measured_mhz * 1e6;
  out.theoretical = *cores * clock * *per_cycle;
  out.words = fmt::format(
      "theoretical {:.4g} GOPS = {:g} cores x {:.0f} MHz ({}) x {:g} operations a cycle ({}, two "
      "multiply-add units a core assumed)",
      *out.theoretical * 1e-9, *cores, clock * 1e-6,
      own ? "the highest it says it has" : "measured, the board says none", *per_cycle,
      ready.text("target"));
  if (!out.measured) return out;
  const double share = *out.measured / *out.theoretical;
  out.words += share > 1 ? fmt::format("; {:.0f} % of it is no result: clock or units are wrong",
                                       share * 100)
                         : fmt::format("; sustained {:.0f} % of it", share * 100);
  return out;
}

}  // namespace

const LoadBound* BoardBounds::find(std::string_view phase, std::string_view workload) const {
  const auto found = std::ranges::find_if(
      loads, [&](const LoadBound& b) { return b.phase == phase && b.workload == workload; });
  return found == loads.end() ? nullptr : &*found;
}

BoardBounds board_bounds(const RunView& run, const BoardView& board,
                         std::span<const PhaseFigures> phases) {
  const AllReady ready = ready_facts(run.events, board.name);
  BoardBounds out;
  out.ceilings = ceilings_at(phases, nullptr, ready).values();
  for (const auto& [workload, said] : ready) {
    const auto mhz = said.number("measured_clock_mhz");
    if (mhz) out.clocks.push_back(check_clock(board, workload, said, *mhz * 1e6));
  }
  for (const PhaseFigures& phase : phases) {
    const BothCeilings ceilings = ceilings_at(phases, &phase, ready);
    for (const WorkFigures& work : phase.work) {
      const Ready& said = ready_of(ready, work.name);
      if (work.kind == "gemm") out.peaks.push_back(check_peak(board, phase.name, work, said));
      const Load load = load_of(work, said);
      if (work.unit != "{token}/s" || (!load.bytes && work.kind != "llm")) continue;
      out.loads.push_back({phase.name, work.name, load, ceilings.values(),
                           beside_words(phase, ceilings), explain_bound(load, ceilings.values())});
    }
  }
  return out;
}

}  // namespace soakrig::analysis
