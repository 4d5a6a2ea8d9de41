// SPDX-License-Identifier: Apache-2.0
//
// The way to one board's agent: a child process whose standard input and output lead there, be it
// the agent, a bridge to a detached agent, or ssh. When it ends it is started again, with patience
// that doubles, if the agent outlives it. It knows nothing of what is said.
//
// One thread, that of the io_context.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/board/child_process.hpp"

namespace soakrig::control {

class BoardLink {
 public:
  static constexpr Nanos kFirstRetry = 200 * kMillisecond;
  static constexpr Nanos kSlowestRetry = 10 * kSecond;

  struct Hooks {
    std::function<void(std::string_view)> on_bytes;
    std::function<void()> on_open;                        // a new child: nothing was said yet
    std::function<void(const std::string& why)> on_down;  // it ended, or could not be started
  };

  BoardLink(boost::asio::io_context& io, const Clock& clock, Hooks hooks)
      : io_(io), clock_(clock), hooks_(std::move(hooks)) {}

  // `again`: after its end it is started anew.
  [[nodiscard]] Result<void> start(const std::vector<std::string>& argv, bool again);
  // False: there is nobody to tell, or nobody who reads.
  bool write(std::string bytes);
  void pause(bool paused);
  void works() { retry_after_ = kFirstRetry; }  // the other end has answered
  void cut();                                   // ends this child; the next one follows
  void close();                                 // no next one
  void tick();                                  // several times a second

  [[nodiscard]] bool open() const { return child_ && child_->running(); }

 private:
  [[nodiscard]] Result<void> open_child();
  void plan_retry();

  boost::asio::io_context& io_;
  const Clock& clock_;
  Hooks hooks_;
  std::vector<std::string> argv_;
  bool again_ = false, paused_ = false;
  std::unique_ptr<board::ChildProcess> child_;
  Nanos retry_after_ = kFirstRetry;
  Nanos retry_at_ = 0;  // 0 = not planned
};

}  // namespace soakrig::control
