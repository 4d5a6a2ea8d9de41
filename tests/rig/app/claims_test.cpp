// SPDX-License-Identifier: Apache-2.0
// Also tests: soak_order.cpp
#include <nlohmann/json.hpp>

#include "tests/rig/app/called.hpp"

using namespace soakrig;
using namespace soakrig::test;

TEST_CASE("claims: a run's claims as text and as JSON, and no roofline where none was measured") {
  const TempDir directory;
  fill(directory);
  const std::string archive = directory.path().string();
  const Called text = call("claims", {"last", "--archive", archive});
  CHECK((text.code == 0 || text.code == 1 || text.code == 3));
  CHECK(text.out.find("pi") != std::string::npos);
  CHECK(text.out.find("measured beside it") != std::string::npos);
  const Called whole = call("claims", {"last", "--archive", archive, "--json"});
  CHECK(nlohmann::json::parse(whole.out)["boards"].size() >= 1);
  CHECK(call("claims", {"last", "--archive", archive, "--svg", directory.file("r.svg")}).code == 3);
  CHECK_FALSE(std::filesystem::exists(directory.file("r.svg")));
}

TEST_CASE("claims: 4 for usage and names, 2 for what cannot be read") {
  const TempDir directory;
  directory.write("broken.soak", "no database at all");
  CHECK(call("claims", {}).code == 4);
  CHECK(call("claims", {"nobody", "--archive", directory.path().string()}).code == 4);
  CHECK(call("claims", {directory.file("broken.soak")}).code == 2);
  CHECK(call("claims", {"last", "--set", "a=1"}).code == 4);  // of a profile only
  directory.write("bad.toml", "soak = 3");
  CHECK(call("claims", {directory.file("bad.toml")}).code == 4);
  CHECK(call("claims", {directory.file("none.toml")}).code == 4);
}
