// SPDX-License-Identifier: Apache-2.0
//
// The port that every probe implements: which channels it has, and how one row of them is read.
// A probe discovers its files in its constructor and is usable at once; from then on sampling only
// re-reads and parses. It never starts a process, never blocks, never sleeps, and does not know the
// grid, the agent or the store. docs/howto/write_a_probe.md walks through one.
//
// Thread rule: a probe is used by one thread, the one that owns its HostFs.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "probes/host_fs.hpp"
#include "rig/base/channel.hpp"
#include "rig/base/event.hpp"

namespace soakrig::probes {

// How often a probe wants to be read. fast = the soak's own sample period.
enum class Period : std::uint8_t { fast, second, ten_seconds };

// What one reading came to: a value, or why there is none.
struct Value {
  State state = State::no_data;
  double value = 0;  // only where the state is good
};

// One row being filled: column j is channel j of the probe. Every column starts as no_data, so a
// channel that a probe does not touch is absent, never zero.
class Row {
 public:
  // Borrows both; equal sizes. Resets every column.
  Row(std::span<double> values, std::span<State> states) : values_(values), states_(states) {
    for (double& v : values_) v = 0;
    for (State& s : states_) s = State::no_data;
  }
  // A value that is not finite becomes state error: it came from text or arithmetic, not a sensor.
  void put(std::size_t column, double value) {
    const bool good = std::isfinite(value);
    values_[column] = good ? value : 0;
    states_[column] = good ? State::good : State::error;
  }
  void put(std::size_t column, Value value) {
    if (value.state == State::good) {
      put(column, value.value);
    } else {
      absent(column, value.state);
    }
  }
  void absent(std::size_t column, State state) {
    values_[column] = 0;
    states_[column] = state;
  }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] double value(std::size_t column) const { return values_[column]; }
  [[nodiscard]] State state(std::size_t column) const { return states_[column]; }

 private:
  std::span<double> values_;
  std::span<State> states_;
};

class Probe {
 public:
  virtual ~Probe() = default;

  // The registered name: that of its file and of its SourceInfo.
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual Period period() const = 0;
  // Fixed from construction on. A probe whose source is missing altogether still announces its
  // headline channels, each with the reason and how to enable it.
  [[nodiscard]] virtual std::span<const ChannelInfo> channels() const = 0;
  // False when nothing of its source exists here; such a probe is read every ten seconds only.
  [[nodiscard]] virtual bool present() const = 0;
  // Fills one row. `now` is the boot time of this reading, for rates. Allocates nothing.
  virtual void sample(Row& row, Nanos now) = 0;
  // What happened since the last call (kernel log); t in boot time. Bounded by the probe.
  virtual void drain_events(std::vector<Event>& out) { static_cast<void>(out); }
};

// What catalogue.cpp lists: one line per probe.
struct ProbeEntry {
  std::string_view name;
  std::unique_ptr<Probe> (*make)(HostFs& fs);
};

}  // namespace soakrig::probes
