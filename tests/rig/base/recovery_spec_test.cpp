// SPDX-License-Identifier: Apache-2.0
#include "rig/base/recovery_spec.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("how boards are brought back goes into the stored specification and out of it") {
  const RecoverySpecs specs{{"pi", {7 * kSecond, 90 * kSecond, {"sudo", "-n", "reboot"}, 3}}, {"orin", {}}};
  const std::string stored = with_recoveries(R"({"name":"night"})", specs);
  CHECK(stored.find(R"("name":"night")") != std::string::npos);
  const RecoverySpecs read = recoveries_of(stored);
  REQUIRE(read.size() == 2);
  CHECK(read.at("pi").wait == 7 * kSecond);
  CHECK(read.at("pi").boot == 90 * kSecond);
  CHECK(read.at("pi").reboot_argv == std::vector<std::string>{"sudo", "-n", "reboot"});
  CHECK(read.at("pi").reboots == 3);
  CHECK(read.at("orin").reboot_argv.empty());
}

TEST_CASE("a specification without them, or none at all, has no recoveries") {
  CHECK(with_recoveries(R"({"name":"night"})", {}) == R"({"name":"night"})");
  for (const char* text : {"", "[]", "{}", R"({"recoveries":[1]})"}) {
    CHECK(recoveries_of(text).empty());
  }
  const auto odd = recoveries_of(R"({"recoveries":{"pi":{"wait":"x","reboot":[1,"reboot"]}}})");
  CHECK(odd.at("pi").wait == 2 * kMinute);
  CHECK(odd.at("pi").reboot_argv == std::vector<std::string>{"reboot"});
}
