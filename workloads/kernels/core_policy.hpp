// SPDX-License-Identifier: Apache-2.0
//
// Which cores a load runs on where they differ: big and little ones, or two threads of one core.
// What differs is read from the kernel; what follows from it is pure. Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig::workloads {

struct CoreFacts {
  std::size_t core = 0;
  // How fast, to be compared with the others' alone: the kernel's cpu_capacity, else its highest
  // clock; the same for all where it says neither of every core.
  double capacity = 1;
  std::size_t first_sibling =
      0;  // the first of these cores that shares its pipelines; itself, alone
};

// Of these cores, in their order, below the kernel's folder of processors.
[[nodiscard]] std::vector<CoreFacts> read_core_facts(
    const std::vector<std::size_t>& cores, const std::string& folder = "/sys/devices/system/cpu");

// "0-3,6" (cores.hpp), or a word for a kind of core:
//   all       every one
//   big       those with at least three quarters of the fastest one's capacity
//   little    the others
//   physical  one of each core's hardware threads
// Ascending. Errc::invalid for another word, Errc::not_found where no core is of that kind.
[[nodiscard]] Result<std::vector<std::size_t>> choose_cores(std::string_view text,
                                                            const std::vector<CoreFacts>& cores);

// In the order in which threads should take them: a core of its own before half of one, fast ones
// before slow ones.
[[nodiscard]] std::vector<std::size_t> fastest_first(std::vector<CoreFacts> cores);

}  // namespace soakrig::workloads
