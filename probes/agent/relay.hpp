// SPDX-License-Identifier: Apache-2.0
//
// What a detached agent says: every line goes into the spool, and from there to the controller
// while one is attached. What agents before this one have left is delivered first, stream by
// stream, then this agent's own; at most kWindow of it waits in memory, so a controller that does
// not read stops the reading of the spool, and nothing else.
//
// One owner; not thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "probes/agent/line_sink.hpp"
#include "probes/agent/outbox.hpp"
#include "probes/agent/spool.hpp"

namespace soakrig::agent {

class Relay final : public LineSink {
 public:
  static constexpr std::size_t kWindow = 256u << 10;       // on its way to the controller
  static constexpr std::size_t kEventReserve = 1u << 20;   // of the budget: batches get none of it

  // `past`: in the order in which they shall be delivered.
  Relay(Spool live, std::vector<Spool> past);

  bool push(std::string line, LineKind kind) override;
  bool push_urgent(std::string line) override;
  void flush() override;  // and reads on in the spool
  [[nodiscard]] std::size_t bytes() const override { return live_.bytes(); }
  [[nodiscard]] std::size_t capacity() const override;
  [[nodiscard]] bool broken() const override { return false; }
  [[nodiscard]] bool thins() const override { return true; }

  // From now on to this controller, greeting first; behind the numbers that it `have`. Borrows
  // `outbox` until detach().
  void attach(Outbox& outbox, std::string greeting,
              const std::map<std::string, std::uint64_t>& have);
  void detach();
  void acknowledge(std::string_view stream, std::uint64_t seq);  // "" = the agent's own

  [[nodiscard]] Spool& live() { return live_; }
  // Everything is acknowledged.
  [[nodiscard]] bool delivered() const { return past_.empty() && live_.empty(); }
  // Everything has left this process, while a controller is attached.
  [[nodiscard]] bool written() const;

 private:
  void begin_stream();
  void pump();
  [[nodiscard]] bool room() const;

  Spool live_;
  std::vector<Spool> past_;
  Outbox* outbox_ = nullptr;
  std::string stream_;  // which is read; empty = none yet
  std::map<std::string, std::uint64_t, std::less<>> have_;
};

}  // namespace soakrig::agent
