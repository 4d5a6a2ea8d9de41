// SPDX-License-Identifier: Apache-2.0
//
// The cores that a thread may run on. Threads inherit the set of the one that makes them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig::workloads {

// Cores that the calling thread may run on, by number, ascending; empty when the system does not
// say.
[[nodiscard]] std::vector<std::size_t> allowed_core_list();
// How many, at least one.
[[nodiscard]] std::size_t allowed_cores();
// "0-3,6": the kernel's own way to write a set. Errc::invalid.
[[nodiscard]] Result<std::vector<std::size_t>> parse_core_set(std::string_view text);
// "0,1,2,3,6": what parse_core_set() reads.
[[nodiscard]] std::string core_set_text(const std::vector<std::size_t>& cores);
// Binds the calling thread. Errc::not_found when none of them exists, or this process may not use
// it.
[[nodiscard]] Result<void> bind_to_cores(const std::vector<std::size_t>& cores);

// Binds the calling thread for a while, then lets it go where it might before. A set that cannot be
// had changes nothing.
class BoundTo {
 public:
  explicit BoundTo(const std::vector<std::size_t>& cores);
  ~BoundTo();
  BoundTo(const BoundTo&) = delete;
  BoundTo& operator=(const BoundTo&) = delete;
  [[nodiscard]] bool bound() const { return bound_; }

 private:
  std::vector<std::size_t> before_;
  bool bound_;
};

}  // namespace soakrig::workloads
