// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/claim_conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

// "tops_int8" claims a precision by its name.
std::string claimed_precision(const Claim& claim) {
  if (!claim.precision.empty() || !claim.name.starts_with("tops_")) return claim.precision;
  return claim.name.substr(5);
}

std::string differs(const WorkloadSpec& work, std::string_view what, const std::string& claimed,
                    const std::string& real) {
  if (claimed.empty() || claimed == real) return {};
  return fmt::format("{} did not exercise the claimed {}: {} claimed, {} run", work.name, what,
                     claimed, real.empty() ? "unknown" : real);
}

}  // namespace

bool counts_it(const ClaimMeasure& what, const WorkloadSpec& work, const BoardView& board) {
  if (what.kind != MeasureKind::speed && what.kind != MeasureKind::energy) return true;
  return board.find("work." + work.name + "." + std::string(what.key)) != nullptr;
}

std::map<std::string, std::string> conditions_of(const Claim& claim) {
  std::map<std::string, std::string> out{
      {"device", claim.device},   {"precision", claimed_precision(claim)},
      {"density", claim.density}, {"power_mode", claim.power_mode},
      {"model", claim.model},     {"workload", claim.workload},
      {"source", claim.source}};
  if (claim.ambient) out["ambient"] = fmt::format("{:g}", *claim.ambient);
  std::erase_if(out, [](const auto& entry) { return entry.second.empty(); });
  return out;
}

std::string why_not_exercised(const Claim& claim, const ClaimMeasure& what,
                              const WorkloadSpec& work, const Ready& ready,
                              const BoardView& board) {
  if (!claim.workload.empty() && claim.workload != work.name) {
    return "no phase ran the claimed workload " + claim.workload;
  }
  if (!counts_it(what, work, board)) return work.name + " counts no " + std::string(what.key);
  std::string why = differs(work, "device", claim.device, work.device);
  if (why.empty()) why = differs(work, "precision", claimed_precision(claim), work.precision);
  if (why.empty()) why = differs(work, "model", claim.model, work.model);
  const std::string density = ready.text("density");
  if (why.empty())
    why = differs(work, "density", claim.density, density.empty() ? "dense" : density);
  if (why.empty() && !claim.power_mode.empty()) {
    const auto mode = board.facts.find("power_mode");
    why = differs(work, "power mode", claim.power_mode,
                  mode == board.facts.end() ? std::string{} : mode->second);
  }
  return why;
}

PhaseChoice phases_for(const Claim& claim, std::span<const PhaseAnalysis> phases) {
  PhaseChoice out;
  std::optional<double> nearest;
  bool measured = false;
  for (const PhaseAnalysis& phase : phases) {
    if (!phase.dwell) continue;
    if (!claim.ambient) {
      out.at.push_back(&phase);
      continue;
    }
    if (!phase.measured_ambient) continue;
    measured = true;
    const double off = *phase.measured_ambient - *claim.ambient;
    if (std::abs(off) <= std::max(phase.spec->tolerance, kAmbientTolerance)) {
      out.at.push_back(&phase);
    } else if (off > 0) {
      out.hotter.push_back(&phase);
    }
    if (!nearest || std::abs(off) < std::abs(*nearest - *claim.ambient)) {
      nearest = phase.measured_ambient;
    }
  }
  if (!out.at.empty()) return out;
  if (!claim.ambient) {
    out.problem = "no phase reached its dwell";
  } else if (!measured) {
    out.problem = "the ambient was not measured; a chamber or an ambient sensor is needed";
  } else {
    out.problem = fmt::format("claimed at {:g} Cel, the nearest phase was at {:.1f} Cel",
                              *claim.ambient, *nearest);
  }
  return out;
}

bool has_thermal_signal(const BoardView& board) {
  return std::ranges::any_of(board.channels, [](const ChannelView& c) {
    return limiter_cause(c.info.name) == Cause::thermal && c.info.reason.empty();
  });
}

namespace {

// The causes of what slowed it in the sustained time, or that nothing did.
std::string held_back_by(const ClaimContext& context, const Claim& claim, const ClaimMeasure& what,
                         const Measured& figures, const Interval& over) {
  std::map<Cause, std::vector<Interval>> causes;
  for (const Episode& e : context.episodes) {
    if (overlap(e.when, over).length() > 0) causes[e.cause].push_back(e.when);
  }
  std::string words;
  for (const auto& [cause, intervals] : causes) {
    const double share =
        to_seconds(time_within(over, joined(intervals))) / to_seconds(over.length());
    words += fmt::format("{}{}: held back for {:.0f} % of the sustained time",
                         words.empty() ? "" : "; ", to_string(cause), share * 100);
  }
  if (words.empty() && figures.peak && *figures.peak < claim.value) {
    words = fmt::format("nothing held it back: its peak of {:.4g} {} is itself below the claim",
                        *figures.peak, what.unit);
  }
  return words;
}

}  // namespace

std::optional<std::string> bound_of(const ClaimContext& context, const Claim& claim,
                                    const ClaimMeasure& what, const Measured& figures,
                                    const PhaseAnalysis& phase, const WorkAnalysis& work) {
  if (what.kind != MeasureKind::speed || !figures.sustained || !work.speed.sustained_over) {
    return std::nullopt;
  }
  std::string words;
  if (*figures.sustained < claim.value) {
    words = held_back_by(context, claim, what, figures, *work.speed.sustained_over);
  }
  const LoadBound* load = load_of(context, what, phase, work);
  if (load != nullptr && (load->result.mbu || load->result.mfu)) {
    words += (words.empty() ? "" : "; ") + load->result.words + " (" + load->beside + ")";
  }
  return words.empty() ? std::nullopt : std::optional(words);
}

const LoadBound* load_of(const ClaimContext& context, const ClaimMeasure& what,
                         const PhaseAnalysis& phase, const WorkAnalysis& work) {
  if (what.kind != MeasureKind::speed || what.key != work.spec->work) return nullptr;
  return context.bounds.find(phase.spec->name, work.spec->name);
}

}  // namespace soakrig::analysis
