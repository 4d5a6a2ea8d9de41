// SPDX-License-Identifier: Apache-2.0
//
// The text of a first profile, from what was found on a machine. Pure: finding is init.cpp's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace soakrig::app {

struct FoundChannel {
  std::string name, unit;
  bool good = false;
  double value = 0;    // when good
  std::string reason;  // why not, when not good
};

struct FoundMachine {
  std::string name = "local";     // of the board in the profile
  std::string connect = "local";  // checked: an address that may stand in the profile
  std::string title;  // "Raspberry Pi 5 Model B" or the like; empty = unknown
  unsigned cores = 1;
  std::uint64_t free_memory = 0;  // bytes
  std::string shape;              // that fits
  std::vector<FoundChannel> channels;
};

// A profile that `check` accepts: comments say what was found, what is missing and why, and what to
// change next. Text from the machine is made harmless.
[[nodiscard]] std::string write_profile(const FoundMachine& machine);

}  // namespace soakrig::app
