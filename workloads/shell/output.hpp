// SPDX-License-Identifier: Apache-2.0
//
// Where a workload's lines go. An interface, so that the engine is tested without a pipe.
#pragma once

#include <functional>
#include <string_view>

#include "rig/base/time.hpp"

namespace soakrig::workloads {

class Output {
 public:
  virtual ~Output() = default;
  // False once nobody reads any more, or when told to stop while nobody took the bytes.
  virtual bool write(std::string_view bytes) = 0;
  // Waits up to `length`; returns early, and false, when stopped or when nobody reads any more.
  virtual bool idle(Nanos length) = 0;
};

// A pipe or file that somebody else owns. SIGPIPE must be ignored. A reader that does not read
// holds the writer up (a full queue stops the load), but never beyond stop().
class FdOutput final : public Output {
 public:
  // `stopping` is asked about five times a second while waiting.
  FdOutput(int fd, std::function<bool()> stopping) : fd_(fd), stopping_(std::move(stopping)) {}
  bool write(std::string_view bytes) override;
  bool idle(Nanos length) override;

 private:
  int fd_;
  std::function<bool()> stopping_;
};

}  // namespace soakrig::workloads
