// SPDX-License-Identifier: Apache-2.0
//
// What every instrument over a register map shares: identification, one row a second on a fixed
// grid, the state of each channel with its reason, counters of what went wrong as channels of their
// own, and the events that tell of changes, with the raw frames that show why. Internal to
// rig/instruments; chamber and meter say which points become which channels.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rig/instruments/identify.hpp"
#include "rig/instruments/instrument.hpp"

namespace soakrig::instruments {

struct ChannelPlan {
  std::string point;    // in the map
  std::string channel;  // full name
};

// What one poll found; index as in the plans.
struct PollRow {
  Nanos taken = 0;
  std::vector<std::optional<double>> values;
  std::vector<State> states;
  std::vector<std::string> reasons;
};

// All state is guarded by one mutex that is held during neither transactions nor callbacks. Jobs on
// the bus find it by weak_ptr; stop() waits for a job in hand.
class PolledDevice : public std::enable_shared_from_this<PolledDevice> {
 public:
  struct Setup {
    RegisterMap map;
    std::string name;                // of the source
    std::vector<ChannelPlan> plans;  // points that the map has
    std::string connect;             // as the user wrote it
    std::uint8_t unit = 1;
    Nanos timeout = kSecond;  // hard deadline of each transaction with this device
    std::string counters{};     // prefix of the channels that count its faults
    std::uint64_t most_writes = 10'000;  // of one point, in its life
  };
  // Both must outlive it. It does not own the bus: a job may be what keeps a device alive last, and
  // a bus cannot end on its own thread.
  PolledDevice(Setup setup, ModbusBus& bus, const Clock& clock);
  virtual ~PolledDevice() = default;

  Result<InstrumentIdentity> identify(Nanos timeout);
  void start(std::uint32_t source_id, InstrumentSink sink);
  void stop();
  [[nodiscard]] const SourceInfo& source() const { return source_; }
  [[nodiscard]] bool is_virtual() const;
  [[nodiscard]] InstrumentStatus status() const;

 protected:
  // On the bus thread, after a good or bad poll and before its row is sent: may mark values stale.
  virtual void inspect(PollRow& row) { static_cast<void>(row); }
  // On the bus thread: proves the device again if the connection is new. Reads and writes go only
  // over a connection that was proven.
  Result<void> ensure_identified();
  Result<Reply> read_words(const Point& point);
  // Errc::full beyond most_writes of one point: a controller keeps set-points in a memory that
  // bears some 10^6 writes in its life (Watlow EZ-ZONE manual), and one run shall not take them.
  Result<Reply> write_value(const Point& point, double value);
  void emit(Event event);
  // "frames" of an event's body: the last raw ones of the bus, as JSON text.
  [[nodiscard]] std::string frames_json() const;
  // Runs on the bus thread unless stopped. False when it never will.
  bool schedule(Nanos when, std::function<void()> job);
  [[nodiscard]] bool stopped() const;
  [[nodiscard]] const RegisterMap& map() const { return map_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }

 private:
  void poll(Nanos scheduled);
  PollRow read_row();
  [[nodiscard]] std::uint64_t proven_connection() const;
  void read_group(std::uint16_t start, std::uint16_t count, Area area,
                  const std::vector<std::size_t>& members, PollRow& row);
  void fail_all(PollRow& row, const Error& error);
  void report_changes(const PollRow& row);
  [[nodiscard]] std::vector<double> counts() const;
  void send(const PollRow& row);

  RegisterMap map_;  // word order as proven; bus thread only after identify
  const std::string connect_;
  const std::uint8_t unit_;
  const Nanos timeout_;
  const std::uint64_t most_writes_;
  const std::vector<ChannelPlan> plans_;
  ModbusBus& bus_;
  const Clock& clock_;
  SourceInfo source_;

  std::mutex running_;        // held while a job of ours runs: what stop() waits for
  mutable std::mutex mutex_;  // guards what follows
  std::optional<InstrumentIdentity> identity_;
  std::uint64_t identified_on_ = 0;  // BusSession::connection()
  InstrumentSink sink_;
  std::uint32_t source_id_ = 0;
  InstrumentStatus status_;
  std::vector<State> last_states_;
  std::uint64_t stale_ = 0, overruns_ = 0;  // readings marked stale; ticks of the grid skipped
  std::map<std::string, std::uint64_t> writes_;  // that were sent, by point
  bool stopped_ = false;
};

}  // namespace soakrig::instruments
