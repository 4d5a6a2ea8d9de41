// SPDX-License-Identifier: Apache-2.0
//
// A program that is asked one thing: run once, for a bounded time, with a bounded answer, and nothing
// waits for it. It is ended when its time is up, and with its owner. No shell.
//
// One thread, that of the io_context.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/board/child_process.hpp"

namespace soakrig::board {

struct BriefOutput {
  ExitStatus status;
  bool timed_out = false;   // it was ended; the rest is what it had said
  std::string out, err;     // at most kMostOut and kMostErr bytes
};

class BriefCommand {
 public:
  using Done = std::function<void(Result<BriefOutput>)>;
  static constexpr std::size_t kMostOut = 512u << 10, kMostErr = 8u << 10;

  // `done` once, never from within the constructor; not after destruction. Errors: it cannot be started.
  BriefCommand(boost::asio::io_context& io, const std::vector<std::string>& argv, Nanos within,
               Done done);
  ~BriefCommand();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace soakrig::board
