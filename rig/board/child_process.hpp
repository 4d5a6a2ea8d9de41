// SPDX-License-Identifier: Apache-2.0
//
// A child process with its standard input and output as asynchronous pipes; hides Boost.Process.
// Used for agents, the virtual bench and notifiers. Its arguments go to exec as they are: no shell.
//
// From the first start on this process ignores SIGPIPE, as whoever writes to pipes must.
//
// Threading: every call and every handler on the thread that runs the io_context. Destruction kills
// the process if it still runs and waits for it (a few milliseconds), so no child is left behind
// but one that was let go.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/process_id.hpp"
#include "rig/base/result.hpp"

namespace boost::asio {
class io_context;
}

namespace soakrig::board {

struct ExitStatus {
  int code = 0;    // exit code, when signal is 0
  int signal = 0;  // the signal that ended it, or 0
  [[nodiscard]] std::string text() const;  // "exit code 3", "signal 9"
};

class ChildProcess {
 public:
  struct Handlers {
    std::function<void(std::string_view)> on_output;  // bytes as they come; may be empty
    std::function<void(ExitStatus)> on_exit;          // once, after the last output; may be empty
    std::function<void()> on_written = {};            // all that was queued has been taken
  };

  // argv[0] is a path or is looked up in PATH. Its stderr goes to `stderr_path` (appended), or is
  // inherited when that is empty.
  [[nodiscard]] static Result<std::unique_ptr<ChildProcess>> start(
      boost::asio::io_context& io, const std::vector<std::string>& argv, Handlers handlers,
      const std::string& stderr_path = {});
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Queues bytes for its standard input. A child that does not read them keeps them queued, up to
  // kMaxQueued; beyond that false (the child is as good as dead).
  bool write(std::string bytes);
  void close_input();
  // Backpressure: while paused nothing more is read from it, so that its pipe fills.
  void pause_output(bool paused);
  void signal(int number);
  void let_go();  // it shall outlive this
  [[nodiscard]] bool running() const;
  [[nodiscard]] ProcessId id() const;

  static constexpr std::size_t kMaxQueued = 8u << 20;

 private:
  struct Impl;
  explicit ChildProcess(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace soakrig::board
