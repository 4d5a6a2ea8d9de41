// SPDX-License-Identifier: Apache-2.0
//
// The two directions to one controller: a pair of borrowed descriptors, or one owned socket.
#pragma once

#include <string>
#include <utility>

#include "probes/agent/outbox.hpp"
#include "rig/base/agent_protocol.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/line_buffer.hpp"

namespace soakrig::agent {

class Link {
 public:
  static constexpr std::size_t kQueueBytes = 4u << 20;  // lines that the controller did not read

  Link(int in, int out) : in_(in), outbox(out, kQueueBytes) {}
  Link(Fd socket, std::string who)
      : controller(std::move(who)),
        socket_(std::move(socket)),
        in_(socket_.get()),
        outbox(socket_.get(), kQueueBytes) {}

  [[nodiscard]] int in() const { return in_; }

  const std::string controller;  // who it is, by its own word

 private:
  Fd socket_;  // outlives what borrows it
  int in_;

 public:
  Outbox outbox;
  LineBuffer commands{kMaxLine};
  std::uint64_t overlong_seen = 0;
  bool input_open = true;
  Nanos heard_at = 0;  // anything of it
};

}  // namespace soakrig::agent
