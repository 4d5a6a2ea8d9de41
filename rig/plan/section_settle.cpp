// SPDX-License-Identifier: Apache-2.0
//
// settle = { … } of the chamber and of its phases: when air and boards count as settled.
#include "rig/base/quantity.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

namespace {

// IEC 62282-2 takes less than 3 K between readings 15 minutes apart for stable. A short phase has
// no time for it.
constexpr Nanos kBoardOver = 15 * kMinute;
constexpr Nanos kLongSoak = kHour;

template <class T>
void take(std::optional<T>& slot, std::optional<T> value) {
  if (value) slot = value;
}

}  // namespace

SettleKeys read_settle(const TableReader& owner, SettleKeys base, Build& build) {
  const Value* table = owner.find("settle");
  if (table == nullptr) return base;
  const TableReader reader(table, {"settle"}, owner.where() + " settle", build.faults);
  take(base.air_for, reader.duration("air_for"));
  take(base.board_within, reader.number("board_within"));
  take(base.board_over, reader.duration("board_over"));
  take(base.ramp_max, reader.duration("ramp_max"));
  take(base.out_of_band_max, reader.duration("out_of_band_max"));
  take(base.board_max, reader.duration("board_max"));
  const SettleRules plain;
  const Nanos over = base.board_over.value_or(0);
  const Nanos most = base.board_max.value_or(plain.board_max);
  if (over > 0 && most <= over) {
    build.faults.add(reader.place("board_max"),
                     reader.where() +
                         " board_max is not longer than board_over: the boards could "
                         "never settle in time",
                     "make it longer than " + format_duration(over));
  }
  return base;
}

SettleRules settle_rules(const SettleKeys& keys, bool conditioned, Nanos soak) {
  SettleRules out;
  out.air_for = keys.air_for.value_or(out.air_for);
  out.board_within = keys.board_within.value_or(out.board_within);
  const bool wait = conditioned && soak >= kLongSoak;
  out.board_over = keys.board_over.value_or(wait ? kBoardOver : 0);
  out.ramp_max = keys.ramp_max;
  out.out_of_band_max = keys.out_of_band_max.value_or(out.out_of_band_max);
  out.board_max = keys.board_max.value_or(out.board_max);
  return out;
}

}  // namespace soakrig::plan
