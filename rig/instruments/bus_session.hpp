// SPDX-License-Identifier: Apache-2.0
//
// The manners of a Modbus master, without a thread: opens the link when it must, gives each
// transaction one hard deadline, has whatever is not proven to answer this request as an error, and
// after an error makes the line trustworthy again: TCP is closed and connected anew, RTU is
// listened to until it is silent, either with a backoff that never gives up. ModbusBus runs one on
// a thread for many instruments; a program without threads (the guard) uses one directly:
//
//   BusSession session(connect, clock);
//   auto reply = session.read({.unit = 1, .address = 2782, .count = 2}, clock.boot_ns() + kSecond);
//
// One owner calls transact, read, write and close; the others may be called from any thread. A call
// returns by its deadline, also while the peer is away, stalls, drips or floods.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>

#include "rig/instruments/modbus_link.hpp"

namespace soakrig::instruments {

// Totals since the start, of a bus or of one unit on it.
struct BusCounters {
  std::uint64_t transactions = 0, timeouts = 0, refused_connects = 0, reconnects = 0;
  std::uint64_t bad_replies = 0;   // wrong transaction, unit, length, function, echo…
  std::uint64_t crc_errors = 0;    // of the bad replies
  std::uint64_t late_replies = 0;  // whole, but after their deadline; on RTU, where they are seen
  std::uint64_t idle_drops = 0;    // closed by the peer while idle, or bytes nobody asked for
  std::uint64_t exceptions = 0;
  std::uint64_t expired = 0;  // deadline passed before it was sent
};

class BusSession {
 public:
  // Waits until a boot time; false when the owner wants to give up. Default: really waits.
  using Wait = std::function<bool(Nanos until)>;
  // Opens nothing yet. `clock` must outlive it.
  BusSession(const ConnectSpec& connect, const Clock& clock, Wait wait = {});
  BusSession(const BusSession&) = delete;
  BusSession& operator=(const BusSession&) = delete;

  // The deadline is boot time. With `only_on` not 0, nothing is sent unless connection(unit) is
  // still that one (Errc::cancelled): so a silent reconnection never reaches a device that was not
  // proven. Errc::timeout, io, protocol, busy (another master holds the port), cancelled.
  [[nodiscard]] Result<Reply> transact(const RequestBody& body, Nanos deadline,
                                       std::uint64_t only_on = 0);
  // The same, and Errc::invalid for a request that cannot be.
  [[nodiscard]] Result<Reply> read(const ReadRequest& request, Nanos deadline);
  [[nodiscard]] Result<Reply> write(const WriteRequest& request, Nanos deadline);
  void close();

  [[nodiscard]] const ConnectSpec& connect() const { return connect_; }
  [[nodiscard]] BusCounters counters() const;
  [[nodiscard]] BusCounters counters(std::uint8_t unit) const;
  // Grows at every new connection and after every outage of the unit: what was identified before
  // must be proven anew. 0 = never connected.
  [[nodiscard]] std::uint64_t connection(std::uint8_t unit) const;
  // The last raw frames, oldest first.
  [[nodiscard]] std::vector<RawFrame> frames(std::size_t most) const { return frames_.last(most); }

 private:
  struct Unit {
    BusCounters counters;
    int failures = 0;  // in a row
    std::uint64_t outages = 0;
    Nanos slowest = 0;    // of its replies, fading
    Nanos last_good = 0;  // boot time
    Nanos suspect = 0;    // it owes a reply since then; 0 = it owes none
    RequestBody unanswered;
  };
  Result<void> ensure_open(Nanos deadline);
  Result<void> settle(Unit& unit, Nanos deadline);
  [[nodiscard]] Nanos patience(const Unit& unit, Nanos start, Nanos deadline) const;
  void note_late_replies();
  void succeeded(Unit& unit, Nanos sent);
  void failed(Unit& unit, const RequestBody& body, Nanos sent, const Error& error);
  void give_up_link(const Error& error);
  [[nodiscard]] Error named(Error error) const;
  template <class Change>
  void count(Unit& unit, const Change& change);

  const ConnectSpec connect_;
  const Clock& clock_;
  const Wait wait_;
  FrameRing frames_;
  std::unique_ptr<ModbusLink> link_;

  mutable std::mutex mutex_;  // guards the counters, outages and connections_
  std::map<std::uint8_t, Unit> units_;
  BusCounters counters_;
  std::uint64_t connections_ = 0;

  int failures_ = 0;   // of the whole bus, in a row
  Nanos suspect_ = 0;  // the line cannot be trusted since then; 0 = it can
  Nanos next_attempt_ = 0;
  std::vector<std::uint8_t> heard_;  // while draining
  Error last_failure_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace soakrig::instruments
