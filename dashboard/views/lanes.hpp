// SPDX-License-Identifier: Apache-2.0
//
// What stands above the plots: phases, throttle episodes, events, health, each as spans or marks on
// the shared time axis. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "dashboard/run/run_model.hpp"
#include "dashboard/run/run_session.hpp"

namespace soakrig::dashboard {

struct LaneSpan {
  TimeRange when;
  std::string label;
  std::string detail;   // of a tooltip
  bool strong = false;  // the part that counts: a dwell
};

// Ramp and dwell of each phase, as far as it went; labels carry the set-point.
[[nodiscard]] std::vector<LaneSpan> phase_spans(const RunModel& run);
// Episodes of one board, labelled with their cause.
[[nodiscard]] std::vector<LaneSpan> episode_spans(const RunModel& run, std::string_view board);
// Events of one board and of the rig inside the range; notes are among them, as flags.
[[nodiscard]] std::vector<EventMark> marks_in(const RunModel& run, std::string_view board,
                                              TimeRange range);

// What the lanes say at an instant, for those who have no pointer: phase, throttling, and the events
// closer to it than a hundredth of what is shown. At most `kMostWords`.
[[nodiscard]] std::vector<std::string> words_at(const RunModel& run, std::string_view board, Nanos t,
                                                TimeRange shown);
inline constexpr std::size_t kMostWords = 6;

enum class Health : std::uint8_t { good, stale, unread, gap };
[[nodiscard]] std::string_view to_string(Health health);
struct HealthSpan {
  TimeRange when;
  Health health = Health::good;
};
// The worst of all stored curves of the plots at each time.
[[nodiscard]] std::vector<HealthSpan> health_spans(std::span<const PlotData> plots);

}  // namespace soakrig::dashboard
