// SPDX-License-Identifier: Apache-2.0
//
// A temporary folder whose files are named by their paths, as commands want them.
#pragma once

#include <string>

#include "tests/support/temp_dir.hpp"

namespace soakrig::app::testing {

class Scratch {
 public:
  [[nodiscard]] std::string path() const { return dir_.path().string(); }
  // Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& text) const {
    dir_.write(name, text);
    return dir_.file(name);
  }

 private:
  test::TempDir dir_;
};

}  // namespace soakrig::app::testing
