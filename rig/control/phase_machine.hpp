// SPDX-License-Identifier: Apache-2.0
//
// The run as a state machine over its phases: set-point, ramp, warm-up of the workloads, dwell. It
// is told what is (time, air temperature, which workloads are ready) and says what to do; it does
// nothing itself. Pure, so that a night passes in microseconds in a test.
//
// A phase: the chamber is sent to the set-point (if the phase has one and there is a chamber), the
// air settles within the tolerance, the boards are power-cycled where the phase says so, its
// workloads start, and once all are ready the dwell counts: only time in which the air is in
// tolerance and the boards have settled (SettleRules). Work stops at the dwell's end.
//
// A search climbs rung by rung until it is told that the boards gave way; then the rung before is
// run once more, and what is left of the search is passed over (SearchRung).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rig/base/run_spec.hpp"

namespace soakrig::control {

enum class Stage : std::uint8_t { waiting, ramp, warm_up, dwell, finished };
[[nodiscard]] std::string_view to_string(Stage stage);

// How long is too long where a phase's own rules do not say. Beyond it the rig is at fault.
struct PhaseLimits {
  Nanos ramp_margin = 30 * kMinute;  // beyond twice the asked ramp
  Nanos warm_up = 10 * kMinute;      // then the dwell counts all the same: not ready is the load's
};

struct Observation {
  Nanos now = 0;                      // run time
  std::optional<double> air;          // Cel, of the chamber; absent = not readable now
  bool work_ready = false;            // every workload of the phase has said ready
  bool power_settled = true;          // what was last ordered of the boards' supplies is done
  // By the phase's rules; absent = no board shows its temperature, so that none is waited for.
  std::optional<bool> boards_settled = std::nullopt;
};

// When the current phase went through its stages, in run time.
struct PhaseProgress {
  std::size_t index = 0;
  Nanos begin = 0;
  std::optional<Nanos> dwell_begin, dwell_end, end;
  Nanos counted = 0;  // dwell in tolerance, boards settled
};

namespace action {
struct SetChamber { double celsius; std::optional<double> humidity; };
struct StartWork { std::vector<std::string> names; };
struct StopWork {};
struct Power { PhasePower what; };    // of every board that has a supply to switch
struct Enter { Stage stage; PhaseProgress progress; };  // journal it, note the phase's times
struct Reached { double from, to; Nanos took; };  // the air came into the band for good, in Cel
struct Fault { std::string what; };   // a rig fault: the run cannot go on as planned
}  // namespace action
using Action = std::variant<action::SetChamber, action::StartWork, action::StopWork, action::Power,
                            action::Enter, action::Reached, action::Fault>;

class PhaseMachine {
 public:
  // `resumed`: where an interrupted run had come to; that phase begins with its ramp again, and the
  // dwell that was counted stays counted. An index past the last phase: nothing is left to do.
  PhaseMachine(const std::vector<PhaseSpec>& phases, bool has_chamber, PhaseLimits limits = {},
               std::optional<PhaseProgress> resumed = std::nullopt);

  // To be called several times a second, in order of time.
  [[nodiscard]] std::vector<Action> step(const Observation& now);
  // Ends the phase in order now (Ctrl-C, a limit, a fault): the work stops, the machine finishes.
  [[nodiscard]] std::vector<Action> abort(Nanos now);
  // The boards gave way on the rung of a search that dwells now: it ends early.
  [[nodiscard]] std::vector<Action> give_way(Nanos now);

  [[nodiscard]] Stage stage() const { return stage_; }
  [[nodiscard]] bool finished() const { return stage_ == Stage::finished; }
  [[nodiscard]] const PhaseProgress& progress() const { return progress_; }
  [[nodiscard]] const PhaseSpec& phase() const { return phases_[progress_.index]; }

 private:
  using Actions = std::vector<Action>;
  void begin_phase(Nanos now, Actions& out);
  void enter(Stage stage, Actions& out);
  void step_ramp(const Observation& now, Actions& out);
  void step_warm_up(const Observation& now, Actions& out);
  void step_dwell(const Observation& now, Actions& out);
  void end_phase(Nanos now, bool gave_way, Actions& out);
  bool watch_bands(const Observation& now, bool air, bool boards, Actions& out);
  [[nodiscard]] std::size_t next_phase(bool gave_way) const;
  [[nodiscard]] bool in_band(const Observation& now) const;
  [[nodiscard]] bool boards_in_band(const Observation& now) const;
  [[nodiscard]] bool conditioned() const;
  [[nodiscard]] Nanos longest_ramp() const;

  const std::vector<PhaseSpec> phases_;
  const bool has_chamber_;
  const PhaseLimits limits_;
  bool resuming_ = false;                // the first phase is gone on with, not begun
  Stage stage_ = Stage::waiting;
  PhaseProgress progress_;
  Nanos stage_since_ = 0;
  Nanos last_ = 0;                       // of the last step, to count the dwell
  std::optional<Nanos> in_band_since_, out_of_band_since_, unsettled_since_;
  std::optional<double> ramp_from_;      // air at the ramp's start
  bool powered_ = true, cycled_ = false; // the boards; in this phase
};

}  // namespace soakrig::control
