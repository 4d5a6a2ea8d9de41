// SPDX-License-Identifier: Apache-2.0
#include "rig/app/paths.hpp"

#include <unistd.h>

#include "tests/support/catch.hpp"

using namespace soakrig::app;

TEST_CASE("Programs are looked for beside this one") {
  CHECK(own_program().front() == '/');
  CHECK(::access(own_program().c_str(), X_OK) == 0);
  const std::string folder = own_program().substr(0, own_program().rfind('/'));
  CHECK(sibling_program("soakrig-agent") == folder + "/soakrig-agent");
}
