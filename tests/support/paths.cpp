// SPDX-License-Identifier: Apache-2.0
#include "tests/support/paths.hpp"

namespace soakrig::test {

std::string source_dir() { return SOAKRIG_SOURCE_DIR; }

std::string bin_dir() { return SOAKRIG_BIN_DIR; }

}  // namespace soakrig::test
