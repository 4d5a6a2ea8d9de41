// SPDX-License-Identifier: Apache-2.0
//
// Disk space held back in a file without a name, so that a full disk still has room for a run's
// last words. Nothing is left behind when the process dies.
#pragma once

#include <cstddef>
#include <string>

#include "rig/base/fd.hpp"
#include "rig/base/result.hpp"

namespace soakrig::store {

class Reserve {
 public:
  // Errc::full when the disk has not even that much.
  [[nodiscard]] static Result<Reserve> hold(const std::string& directory, std::size_t bytes);
  // Gives the space back to the disk.
  void release() { fd_.reset(); }

 private:
  explicit Reserve(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace soakrig::store
