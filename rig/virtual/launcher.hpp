// SPDX-License-Identifier: Apache-2.0
//
// Starts a bench for the life of its owner, as `connect = "virtual"` in a profile asks: the program
// itself as `soakrig virtual serve --die-with-stdin`, with the tree in a temporary folder. However
// the owner ends, the bench's standard input closes and the bench ends.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rig/base/fd.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/virtual/ready_file.hpp"

namespace soakrig::virtual_bench {

struct LaunchOptions {
  std::string program = "/proc/self/exe";
  std::vector<std::string> arguments;  // appended: --fault…, model options
  Nanos timeout = 5 * kSecond;         // to become ready
};

// Owns the process and its folder. Not thread-safe.
class LaunchedBench {
 public:
  // Errc::timeout or io, with what the bench said on its stderr.
  [[nodiscard]] static Result<LaunchedBench> launch(const LaunchOptions& options);
  LaunchedBench(LaunchedBench&&) noexcept;
  LaunchedBench& operator=(LaunchedBench&&) noexcept;
  ~LaunchedBench();  // ends it in order, within two seconds, and removes its folder

  [[nodiscard]] const BenchInfo& info() const;
  [[nodiscard]] bool alive() const;

 private:
  struct Impl;
  explicit LaunchedBench(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace soakrig::virtual_bench
