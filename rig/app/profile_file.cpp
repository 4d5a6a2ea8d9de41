// SPDX-License-Identifier: Apache-2.0
#include "rig/app/profile_file.hpp"

#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "rig/base/fd.hpp"

namespace soakrig::app {

plan::Profile load_profile(const std::string& path, std::span<const std::string> overrides,
                           plan::Additions additions) {
  auto text = read_file(path, plan::kMaxProfileBytes);
  if (!text) {
    plan::Profile refused;
    Error error = text.error();
    if (error.code == Errc::full) {
      error = {Errc::full, "too large for a profile", "see soakrig init for one", path, 0, 0};
    }
    refused.faults.push_back(std::move(error));
    return refused;
  }
  std::error_code failed;
  const auto absolute = std::filesystem::absolute(path, failed);
  return plan::read_profile(*text, path, overrides,
                            failed ? std::string() : absolute.parent_path().string(), additions);
}

void print_faults(const plan::Profile& profile) {
  for (const Error& fault : profile.faults) {
    std::fprintf(stderr, "soakrig: %s\n", fault.message().c_str());
  }
}

std::optional<RunSpec> load_profile_or_report(const std::string& path,
                                              std::span<const std::string> overrides,
                                              plan::Additions additions) {
  plan::Profile profile = load_profile(path, overrides, additions);
  if (profile.ok()) return std::move(profile.spec);
  print_faults(profile);
  return std::nullopt;
}

}  // namespace soakrig::app
