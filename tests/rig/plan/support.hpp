// SPDX-License-Identifier: Apache-2.0
//
// A small good profile that each test bends in one place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/plan/profile.hpp"
#include "tests/support/catch.hpp"

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

// What is wrong with the good profile and more text behind it; empty where nothing is.
inline std::string fault(const std::string& more) {
  const Profile p = read_with(more);
  return p.ok() ? "" : p.faults.front().what;
}
// Likewise with a workload "x" of these keys.
inline std::string workload_fault(const std::string& keys) { return fault("[workload.x]\n" + keys); }
inline WorkloadSpec workload(const std::string& keys, const std::string& before = "") {
  const Profile p = read_with(before + "[workload.x]\n" + keys);
  INFO(messages(p));
  REQUIRE(p.ok());
  return *p.spec.find_workload("x");
}

}  // namespace soakrig::plan::testing
