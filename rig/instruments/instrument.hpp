// SPDX-License-Identifier: Apache-2.0
//
// What the controller sees of an instrument: identify it (may wait), then start it; from then on
// rows and events arrive by callback from the instrument's bus thread, once a second. No other call
// blocks. Instruments know nothing of boards, runs or stores.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "rig/base/batch.hpp"
#include "rig/base/channel.hpp"
#include "rig/base/event.hpp"
#include "rig/base/result.hpp"
#include "rig/instruments/bus.hpp"

namespace soakrig::instruments {

struct InstrumentIdentity {
  std::string map;          // name of the register map
  std::string part_number;  // as the device says; empty where it says none
  std::string serial;
  std::string connect;
  bool is_virtual = false;  // it answers the virtual bench's part number
};

// Called on the instrument's bus thread; must be quick and must not call back into the instrument's
// stop() or destructor. Times are boot time of the rig.
struct InstrumentSink {
  std::function<void(const Batch&)> rows;
  std::function<void(const Event&)> event;
};

struct InstrumentStatus {
  State state = State::no_data;  // of the last poll
  std::string reason;            // why not good
  Nanos last_good = 0;           // boot time; 0 = never
  BusCounters counters;
};

// Called exactly once: on the bus thread, or before the call that took it returns when the order is
// refused without asking the device, or from stop() with Errc::cancelled. Must not block.
using Done = std::function<void(Result<void>)>;

class Instrument {
 public:
  virtual ~Instrument() = default;

  // Connects and proves what answers: map, part number, units, word order. Waits at most `timeout`.
  // Nothing is written before this succeeded. It is repeated silently at every reconnection; a
  // device that answers differently then is refused from that moment on.
  [[nodiscard]] virtual Result<InstrumentIdentity> identify(Nanos timeout) = 0;
  // Channels with their provenance; valid after identify, constant afterwards.
  [[nodiscard]] virtual const SourceInfo& source() const = 0;
  // Rows carry `source_id`. Once; after identify.
  virtual void start(std::uint32_t source_id, InstrumentSink sink) = 0;
  // No callback runs after it returned.
  virtual void stop() = 0;
  // False until identified as virtual: the safe answer for who would heat it.
  [[nodiscard]] virtual bool is_virtual() const = 0;
  [[nodiscard]] virtual InstrumentStatus status() const = 0;
};

}  // namespace soakrig::instruments
