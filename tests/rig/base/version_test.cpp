// SPDX-License-Identifier: Apache-2.0
#include "rig/base/version.hpp"

#include "tests/support/catch.hpp"

TEST_CASE("A build knows its version, its commit and its compiler") {
  CHECK(soakrig::version().find('.') != std::string_view::npos);
  CHECK_FALSE(soakrig::commit().empty());
  CHECK(soakrig::build_flags().starts_with("g++ "));
}
