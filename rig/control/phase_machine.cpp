// SPDX-License-Identifier: Apache-2.0
#include "rig/control/phase_machine.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "rig/base/result.hpp"

namespace soakrig::control {

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::waiting: return "waiting";
    case Stage::ramp: return "ramp";
    case Stage::warm_up: return "warm-up";
    case Stage::dwell: return "dwell";
    case Stage::finished: return "finished";
  }
  return "waiting";
}

PhaseMachine::PhaseMachine(const std::vector<PhaseSpec>& phases, bool has_chamber,
                           PhaseLimits limits, std::optional<PhaseProgress> resumed)
    : phases_(phases), has_chamber_(has_chamber), limits_(limits), resuming_(resumed.has_value()) {
  RIG_ASSERT(!phases_.empty());
  if (!resumed) return;
  progress_ = *resumed;
  if (progress_.index < phases_.size()) return;
  progress_.index = phases_.size() - 1;
  stage_ = Stage::finished;
}

bool PhaseMachine::conditioned() const { return has_chamber_ && phase().ambient.has_value(); }

bool PhaseMachine::in_band(const Observation& now) const {
  return !conditioned() ||
         (now.air && std::abs(*now.air - *phase().ambient) <= phase().tolerance);
}

bool PhaseMachine::boards_in_band(const Observation& now) const {
  return phase().settle.board_over <= 0 || now.boards_settled.value_or(true);
}

void PhaseMachine::enter(Stage stage, Actions& out) {
  stage_ = stage;
  out.push_back(action::Enter{stage, progress_});
}

std::vector<Action> PhaseMachine::step(const Observation& now) {
  Actions out;
  switch (stage_) {
    case Stage::waiting: begin_phase(now.now, out); break;
    case Stage::ramp: step_ramp(now, out); break;
    case Stage::warm_up: step_warm_up(now, out); break;
    case Stage::dwell: step_dwell(now, out); break;
    case Stage::finished: break;
  }
  last_ = now.now;
  return out;
}

void PhaseMachine::begin_phase(Nanos now, Actions& out) {
  stage_since_ = now;
  if (!std::exchange(resuming_, false)) {
    const std::size_t index = progress_.index;
    progress_ = {};
    progress_.index = index;
    progress_.begin = now;
  }
  in_band_since_.reset();
  out_of_band_since_.reset();
  unsettled_since_.reset();
  ramp_from_.reset();
  cycled_ = false;
  enter(Stage::ramp, out);
  // A cycle comes once the air has settled, and ends with the power on.
  const bool on = phase().power != PhasePower::off;
  if (on != powered_ && phase().power != PhasePower::cycle) {
    out.push_back(action::Power{phase().power});
  }
  powered_ = on;
  if (conditioned()) out.push_back(action::SetChamber{*phase().ambient, phase().humidity});
}

Nanos PhaseMachine::longest_ramp() const {
  if (phase().settle.ramp_max) return *phase().settle.ramp_max;
  Nanos longest = limits_.ramp_margin;
  if (phase().ramp_k_per_s && ramp_from_) {
    const double seconds = std::abs(*phase().ambient - *ramp_from_) / *phase().ramp_k_per_s;
    longest += from_seconds(2 * seconds);
  }
  return longest;
}

void PhaseMachine::step_ramp(const Observation& now, Actions& out) {
  if (!ramp_from_ && now.air) ramp_from_ = now.air;
  if (!in_band(now)) {
    in_band_since_.reset();
    if (now.now - stage_since_ > longest_ramp()) {
      out.push_back(action::Fault{fmt::format(
          "the chamber did not reach {:.1f} Cel within {} K in {}", *phase().ambient,
          phase().tolerance, format_duration(now.now - stage_since_))});
    }
    return;
  }
  if (!in_band_since_) in_band_since_ = now.now;
  if (conditioned() && now.now - *in_band_since_ < phase().settle.air_for) return;
  if (!now.power_settled) return;
  if (phase().power == PhasePower::cycle && !cycled_) {
    cycled_ = true;
    out.push_back(action::Power{PhasePower::cycle});
    return;
  }
  if (conditioned() && ramp_from_) {
    out.push_back(
        action::Reached{*ramp_from_, *phase().ambient, *in_band_since_ - stage_since_});
  }
  stage_since_ = now.now;
  enter(Stage::warm_up, out);
  if (!phase().work.empty()) out.push_back(action::StartWork{phase().work});
}

void PhaseMachine::step_warm_up(const Observation& now, Actions& out) {
  const bool ready = now.work_ready || phase().work.empty();
  if (!ready && now.now - stage_since_ < limits_.warm_up) return;
  stage_since_ = now.now;
  if (!progress_.dwell_begin) progress_.dwell_begin = now.now;
  enter(Stage::dwell, out);
}

void PhaseMachine::step_dwell(const Observation& now, Actions& out) {
  const bool air = in_band(now), boards = boards_in_band(now);
  if (!watch_bands(now, air, boards, out)) return;
  if (air && boards) progress_.counted += now.now - last_;
  if (progress_.counted >= phase().soak) end_phase(now.now, false, out);
}

// False once either has been out of its band for too long.
bool PhaseMachine::watch_bands(const Observation& now, bool air, bool boards, Actions& out) {
  const SettleRules& rules = phase().settle;
  const auto too_long = [&](bool in, std::optional<Nanos>& since, Nanos most) {
    if (in) since.reset();
    if (!in && !since) since = now.now;
    return since && now.now - *since > most;
  };
  if (too_long(air, out_of_band_since_, rules.out_of_band_max)) {
    out.push_back(action::Fault{
        fmt::format("the chamber left the tolerance of {:.1f} +- {} Cel for more than {}",
                    *phase().ambient, phase().tolerance, format_duration(rules.out_of_band_max))});
    return false;
  }
  if (too_long(boards, unsettled_since_, rules.board_max)) {
    out.push_back(action::Fault{fmt::format(
        "the boards did not settle: soc.temperature differed by more than {} K over {}, for more "
        "than {}",
        rules.board_within, format_duration(rules.board_over), format_duration(rules.board_max))});
    return false;
  }
  return true;
}

// Where a search goes on: rung r of n stands at `first` + r - 1, the way back to it behind the last
// rung, from n - 1 down to 1.
std::size_t PhaseMachine::next_phase(bool gave_way) const {
  const auto& search = phase().search;
  if (!search) return progress_.index + 1;
  const auto rung = static_cast<std::size_t>(search->rung),
             of = static_cast<std::size_t>(search->of);
  const std::size_t first =
      search->back ? progress_.index - (2 * of - 1 - rung) : progress_.index - (rung - 1);
  const std::size_t behind = first + 2 * of - 1;
  if (search->back) return behind;
  if (gave_way) return first + 2 * of - rung;
  return rung < of ? progress_.index + 1 : behind;
}

void PhaseMachine::end_phase(Nanos now, bool gave_way, Actions& out) {
  if (progress_.dwell_begin) progress_.dwell_end = now;
  progress_.end = now;
  if (!phase().work.empty()) out.push_back(action::StopWork{});
  const std::size_t next = next_phase(gave_way);
  if (next >= phases_.size()) {
    enter(Stage::finished, out);
    return;
  }
  enter(Stage::waiting, out);
  progress_.index = next;
}

std::vector<Action> PhaseMachine::give_way(Nanos now) {
  Actions out;
  RIG_ASSERT(stage_ == Stage::dwell && phase().search.has_value());
  end_phase(now, true, out);
  return out;
}

std::vector<Action> PhaseMachine::abort(Nanos now) {
  Actions out;
  if (stage_ == Stage::finished) return out;
  const bool underway = stage_ != Stage::waiting;
  if (underway && progress_.dwell_begin) progress_.dwell_end = now;
  if (underway) progress_.end = now;
  if (stage_ == Stage::warm_up || stage_ == Stage::dwell) out.push_back(action::StopWork{});
  enter(Stage::finished, out);
  return out;
}

}  // namespace soakrig::control
