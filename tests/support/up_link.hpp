// SPDX-License-Identifier: Apache-2.0
//
// The controller's end of an agent's link: a pipe behind an Outbox, and what came through it,
// parsed as a controller would.
#pragma once

#include <fcntl.h>
#include <unistd.h>
#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "probes/agent/outbox.hpp"
#include "rig/base/agent_protocol.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/line_buffer.hpp"
#include "tests/support/catch.hpp"

namespace soakrig::test {

struct UpLink {
  Fd read_end, write_end;
  std::unique_ptr<agent::Outbox> outbox;  // at one place: the agent's parts borrow it
  LineBuffer lines{agent::kMaxLine};

  explicit UpLink(std::size_t capacity) {
    std::array<int, 2> ends{};
    REQUIRE(pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
    read_end = Fd(ends[0]);
    write_end = Fd(ends[1]);
    outbox = std::make_unique<agent::Outbox>(write_end.get(), capacity);
  }

  // Everything until nothing more comes; `flush` is who writes to the outbox.
  template <class Flush>
  std::vector<agent::Up> hear(const Flush& flush) {
    std::vector<agent::Up> out;
    for (bool more = true; more;) {
      flush();
      std::array<char, 65536> buffer{};
      const ssize_t n = ::read(read_end.get(), buffer.data(), buffer.size());
      more = n > 0;
      if (more) lines.append({buffer.data(), static_cast<std::size_t>(n)});
      while (const auto line = lines.next()) {
        auto message = agent::parse_up(*line);
        REQUIRE(message.has_value());
        out.push_back(std::move(*message));
      }
    }
    return out;
  }
};

}  // namespace soakrig::test
