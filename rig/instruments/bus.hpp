// SPDX-License-Identifier: Apache-2.0
//
// One Modbus bus: a thread that owns a BusSession, and a queue of transactions, so that several
// instruments share one line and none waits for another's device. TCP, RTU and RTU over TCP.
//
// Thread-safe. No call blocks: a transaction ends by calling its `done` on the bus thread, exactly
// once, also when its deadline passes in the queue or the bus is destroyed (Errc::cancelled).
// `done` must not block and must not destroy the bus.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/instruments/bus_session.hpp"
#include "rig/instruments/connect.hpp"
#include "rig/instruments/modbus_frame.hpp"

namespace soakrig::instruments {

class ModbusBus {
 public:
  using Done = std::function<void(Result<Reply>)>;

  // Starts the thread; connects at the first transaction. `clock` must outlive it.
  ModbusBus(const ConnectSpec& connect, const Clock& clock);
  ModbusBus(const ModbusBus&) = delete;
  ModbusBus& operator=(const ModbusBus&) = delete;
  ~ModbusBus();  // finishes the transaction in hand, cancels the rest

  // `deadline` (boot time) bounds waiting and transaction together. One that expires in the queue
  // is answered when the transaction in hand ends, at most one connect.timeout later.
  void read(const ReadRequest& request, Nanos deadline, Done done);
  void write(const WriteRequest& request, Nanos deadline, Done done);
  // Runs `job` on the bus thread at `at` (boot time): periodic readers need no thread of their own.
  // False once the bus is stopping; a job not yet due is dropped then.
  bool at(Nanos when, std::function<void()> job);

  // For code that runs on the bus thread (a job) or may wait: the same, synchronously, within
  // `timeout` (0 = connect.timeout). `only_on` as in BusSession::transact.
  [[nodiscard]] Result<Reply> read_now(const ReadRequest& request, std::uint64_t only_on = 0,
                                       Nanos timeout = 0);
  [[nodiscard]] Result<Reply> write_now(const WriteRequest& request, std::uint64_t only_on = 0,
                                        Nanos timeout = 0);

  // Counters, connection numbers and frames of the bus: any thread, never blocks.
  [[nodiscard]] const BusSession& session() const;
  [[nodiscard]] const ConnectSpec& connect() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace soakrig::instruments
