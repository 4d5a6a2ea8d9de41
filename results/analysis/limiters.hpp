// SPDX-License-Identifier: Apache-2.0
//
// When the hardware or its software said that it was holding back. A limiter channel is named
// `limiter.CAUSE.NAME` (docs/formats/channels.md): unit {count} asserts when it moves, {state}
// while above zero. A clock capped below its maximum (`cpu.policyN.frequency_cap` <
// `frequency_max`) asserts user-cap, unless the hardware asserted at the same time: then that is
// why.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/analysis/run_view.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::analysis {

// One channel asserting, with short lulls bridged. The raw figures stay.
struct Assertion {
  Cause cause = Cause::unknown;
  std::string channel, unit;
  Interval when;
  double first = 0, last = 0, most = 0;  // values; of a counter, last - first is how far it moved
  Nanos asserted = 0;                    // time asserted inside `when`
  std::size_t times = 0;                 // how often it began to assert inside `when`
};

// The cause in a limiter channel's name; none for any other channel.
[[nodiscard]] std::optional<Cause> limiter_cause(std::string_view channel);

// Thermal, under-voltage, over-current, power-cap: the board holds itself back.
[[nodiscard]] bool by_hardware(Cause cause);

// True for a limiter or a clock: the signals of which coverage asks for at least one.
[[nodiscard]] bool is_clock_or_limiter(const ChannelInfo& channel);

// Every assertion on the board in the range, by channel then time. Assertions of one channel less
// than `bridge` apart are one.
[[nodiscard]] std::vector<Assertion> find_assertions(const BoardView& board, const Interval& range,
                                                     Nanos bridge);

}  // namespace soakrig::analysis
