// SPDX-License-Identifier: Apache-2.0
//
// One Modbus bus: a thread that owns the connection, a queue of transactions, and the guards that
// stock libmodbus lacks (docs/adr/0020-modbus-guards.md): one hard deadline per transaction, every
// field of a reply checked against the request, close and reconnect with backoff after any error
// that is not an exception reply, no recovery mode. Whatever is not proven to answer this request
// is an error, never a value.
//
// Thread-safe. No call blocks: a transaction ends by calling its `done` on the bus thread, exactly
// once, also when its deadline passes in the queue or the bus is destroyed (Errc::cancelled).
// `done` must not block and must not destroy the bus.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/instruments/connect.hpp"
#include "rig/instruments/register_map.hpp"

namespace soakrig::instruments {

struct ReadRequest {
  std::uint8_t unit = 1;
  Area area = Area::holding;
  std::uint16_t address = 0, count = 1;  // count 1 to 125
};

struct WriteRequest {
  std::uint8_t unit = 1;
  std::uint16_t address = 0;
  std::vector<std::uint16_t> words;  // 1 to 123; function 16, or 6 where `single`
  bool single = false;
};

// What the device said. An exception is an answer, not a transport error: the link stays.
struct Reply {
  std::uint8_t exception = 0;        // 0 = none
  std::vector<std::uint16_t> words;  // of a read
  Nanos taken = 0;                   // boot time when the reply was complete
};
[[nodiscard]] std::string describe_exception(std::uint8_t code);

// Totals since the start.
struct BusCounters {
  std::uint64_t transactions = 0, timeouts = 0, refused_connects = 0, reconnects = 0;
  std::uint64_t bad_replies = 0;  // wrong transaction, unit, length, function, echo…
  std::uint64_t idle_drops = 0;   // closed by the peer while idle, or bytes nobody asked for
  std::uint64_t exceptions = 0;
  std::uint64_t expired = 0;  // deadline passed before it was sent
};

class ModbusBus {
 public:
  using Done = std::function<void(Result<Reply>)>;

  // Starts the thread; connects at the first transaction. Throws Fatal for a transport that this
  // build does not speak. `clock` must outlive it.
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

  // For code that runs on the bus thread (a job) or may wait: the same, synchronously. With
  // `only_on` not 0, nothing is sent unless the connection is still that one (Errc::cancelled): so
  // a silent reconnection can never reach a device that was not proven.
  [[nodiscard]] Result<Reply> read_now(const ReadRequest& request, std::uint64_t only_on = 0);
  [[nodiscard]] Result<Reply> write_now(const WriteRequest& request, std::uint64_t only_on = 0);

  [[nodiscard]] BusCounters counters() const;
  [[nodiscard]] const ConnectSpec& connect() const;
  // Grows by one at every new connection: what was identified on an older one must be proven anew.
  [[nodiscard]] std::uint64_t connection() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace soakrig::instruments
