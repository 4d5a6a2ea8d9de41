// SPDX-License-Identifier: Apache-2.0
//
// Where controllers knock: accepts connections on the agent's socket and reads their first line,
// which must be `attach`. Who says nothing, or something else, is sent away; whether the one that
// asks may come in is the agent's decision. One owner; not thread-safe; never blocks.
#pragma once

#include <poll.h>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/agent_protocol.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/time.hpp"

namespace soakrig::agent {

// Somebody who asks to be the controller.
struct Visitor {
  Fd link;
  Attach wish;
  std::string more;  // what was read behind its first line
};

class Door {
 public:
  static constexpr std::size_t kMaxWaiting = 8;
  static constexpr std::size_t kMaxFirstLine = 64u << 10;
  static constexpr Nanos kPatience = 5 * kSecond;

  Door(Fd listener, const Clock& clock) : listener_(std::move(listener)), clock_(clock) {}

  // What to wait for.
  void add_to(std::vector<pollfd>& polled) const;
  // After waiting: one visitor at a time, until none is left.
  [[nodiscard]] std::optional<Visitor> answer();

 private:
  struct Waiting {
    Fd fd;
    std::string text;
    Nanos since = 0;
  };
  void accept_all();

  Fd listener_;
  const Clock& clock_;
  std::list<Waiting> waiting_;
};

// Says why not, and closes.
void refuse(Fd link, std::string what, std::string remedy);

}  // namespace soakrig::agent
