// SPDX-License-Identifier: Apache-2.0
//
// The controller's side of a real soakrig-agent, for tests: starts the program, talks the agent
// protocol over its pipes, and keeps everything it said. Whatever a test does, no agent outlives
// it.
#pragma once

#include <sys/types.h>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/agent_protocol.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/line_buffer.hpp"

namespace soakrig::test {

class AgentDriver {
 public:
  using Milliseconds = std::chrono::milliseconds;

  // Starts `program` with `args`, and with --stdio unless they begin with attach.
  explicit AgentDriver(const std::string& program, const std::vector<std::string>& args = {});
  ~AgentDriver();
  AgentDriver(const AgentDriver&) = delete;
  AgentDriver& operator=(const AgentDriver&) = delete;

  void send(const agent::Down& command) { send_raw(agent::encode(command)); }
  void send_raw(std::string_view bytes);
  // Starts a shell script as workload `name`.
  void start_script(const std::string& name, const std::string& script, Nanos hang_after = kMinute,
                    int restarts = 0);

  // Reads until a message (of those not looked at yet) satisfies `wanted`; absent after `limit`.
  std::optional<agent::Up> wait_for(const std::function<bool(const agent::Up&)>& wanted,
                                    Milliseconds limit = Milliseconds(10'000));
  std::optional<Event> wait_event(std::string_view kind, Milliseconds limit = Milliseconds(10'000));
  // Reads whatever comes in `span`.
  void listen(Milliseconds span);

  // Everything heard so far, in order; parsed as a controller would.
  [[nodiscard]] const std::vector<agent::Up>& heard() const { return heard_; }
  [[nodiscard]] std::vector<Event> events(std::string_view kind) const;
  // The batch rows heard of the source announced under this name.
  [[nodiscard]] std::size_t rows_of(std::string_view source) const;
  // Lines that were no message of the protocol.
  [[nodiscard]] int nonsense() const { return nonsense_; }

  void close_input() { to_agent_.reset(); }
  void close_output() { from_agent_.reset(); }
  // Its wait status; absent when it still runs after `limit`.
  enum class Reading { yes, no };  // a controller goes on reading; one that hangs does not
  std::optional<int> wait_exit(Milliseconds limit = Milliseconds(15'000),
                               Reading reading = Reading::yes);
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  bool read_some(std::chrono::steady_clock::time_point deadline);

  pid_t pid_ = -1;
  std::optional<int> status_;
  Fd to_agent_, from_agent_;
  LineBuffer lines_{agent::kMaxLine};
  std::vector<agent::Up> heard_;
  std::size_t looked_at_ = 0;
  int nonsense_ = 0;
};

// Waits until exactly this pid is no process any more (or a zombie); false after `limit`.
bool gone(pid_t pid, std::chrono::milliseconds limit = std::chrono::milliseconds(5'000));

}  // namespace soakrig::test
