// SPDX-License-Identifier: Apache-2.0
//
// Reads probes on a fixed time grid and measures what that costs. It owns the grid (previous +
// period, overruns counted, never re-armed from "now"), each probe's health and back-off, and the
// row buffers; it does not know who asked or where rows go. Nothing allocates once it is running.
//
// Sources are numbered 0…n-1 in catalogue order, one per probe, then one more named "probes", read
// once a second, with for each present probe: probe.NAME.duration (s, mean since the last row),
// probe.NAME.failures ({count}), probe.NAME.health ({state}: 0 well, 1 failing, 2 backed off) and
// probe.NAME.period (s, as it is now). One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "probes/probe.hpp"
#include "rig/base/batch.hpp"
#include "rig/base/channel.hpp"
#include "rig/base/event.hpp"
#include "rig/base/time.hpp"

namespace soakrig::probes {

// Where rows and events go. Spans are valid during the call only.
class RowSink {
 public:
  virtual ~RowSink() = default;
  // `scheduled` is the grid point, `taken` when reading began; both boot time.
  virtual void row(std::uint32_t source, Nanos scheduled, Nanos taken,
                   std::span<const double> values, std::span<const State> states) = 0;
  // board.boot and the like; t in boot time. Also channel.state on every change of a channel's
  // state, and probe.overrun when grid points were missed.
  virtual void event(const Event& event) = 0;
};

class ProbeRunner {
 public:
  // A probe is failing when no channel of a row is good and at least one is in state error.
  static constexpr int kStrikes = 5;                 // consecutive failures before back-off
  static constexpr Nanos kLongestBackOff = kMinute;  // it doubles from 2 s to this

  // Borrows `clock`. `fast_period` is the soak's sample period, above zero.
  ProbeRunner(std::vector<std::unique_ptr<Probe>> probes, const Clock& clock, Nanos fast_period);
  ~ProbeRunner();
  ProbeRunner(const ProbeRunner&) = delete;
  ProbeRunner& operator=(const ProbeRunner&) = delete;

  // Index = source number. Fixed from construction on.
  [[nodiscard]] std::span<const SourceInfo> sources() const;
  // The next grid point (boot time) at which a source is due.
  [[nodiscard]] Nanos next_due() const;
  // Reads every source whose grid point is not after the clock's now. Call at next_due().
  void run_due(RowSink& sink);
  // Reads every source now, whatever the grid says, and leaves the grid as it is.
  void run_all(RowSink& sink);
  // Grid points missed since the start, over all sources.
  [[nodiscard]] std::uint64_t overruns() const;

 private:
  struct Slot;
  void run_slot(std::size_t index, Nanos scheduled, RowSink& sink);
  void run_health(Nanos scheduled, RowSink& sink);

  std::vector<std::unique_ptr<Probe>> probes_;
  const Clock& clock_;
  Nanos fast_period_;
  std::vector<Slot> slots_;
  std::vector<SourceInfo> sources_;
  std::vector<double> health_values_;
  std::vector<State> health_states_;
  Nanos health_due_ = 0;
  std::vector<Event> events_;
  std::uint64_t overruns_ = 0;
};

}  // namespace soakrig::probes
