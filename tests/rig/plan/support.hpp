// SPDX-License-Identifier: Apache-2.0
//
// A small good profile that each test bends in one place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/plan/profile.hpp"

namespace soakrig::plan::testing {

// Line numbers are relied on: [workload.chat] is line 1, [[phase]] line 5.
inline constexpr std::string_view kGood =
    "[workload.chat]\n"
    "kind = \"llm\"\n"
    "shape = \"tiny\"\n"
    "threads = 2\n"
    "[[phase]]\n"
    "name = \"hot\"\n"
    "soak = \"20s\"\n"
    "work = [\"chat\"]\n";

inline Profile read(std::string_view text, std::vector<std::string> overrides = {}) {
  return read_profile(text, "dir/night.toml", overrides);
}

// The good profile with more text behind it.
inline Profile read_with(std::string_view more, std::vector<std::string> overrides = {}) {
  return read(std::string(kGood) + std::string(more), std::move(overrides));
}

// All messages, one a line.
inline std::string messages(const Profile& profile) {
  std::string out;
  for (const Error& fault : profile.faults) out += fault.message() + "\n";
  return out;
}

}  // namespace soakrig::plan::testing
