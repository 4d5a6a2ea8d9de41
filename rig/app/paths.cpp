// SPDX-License-Identifier: Apache-2.0
#include "rig/app/paths.hpp"

#include <filesystem>

namespace soakrig::app {

std::string own_program() {
  std::error_code failed;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? "soakrig" : path.string();
}

std::string sibling_program(std::string_view name) {
  return (std::filesystem::path(own_program()).parent_path() / name).string();
}

}  // namespace soakrig::app
