// SPDX-License-Identifier: Apache-2.0
#include "rig/app/profile_file.hpp"

#include <filesystem>
#include <fstream>

#include "tests/rig/app/scratch.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::app;
using soakrig::app::testing::Scratch;

namespace {
const std::string kGood =
    "[workload.x]\nkind = \"program\"\nargv = [\"./load\"]\nwork = \"frames\"\n"
    "[[phase]]\nsoak = \"1min\"\nwork = [\"x\"]\n";
}

TEST_CASE("a profile is read from disk, its paths made absolute from its own folder") {
  const Scratch scratch;
  const std::string file = scratch.write("night.toml", kGood);
  const auto profile = load_profile(file, {});
  REQUIRE(profile.ok());
  CHECK(profile.spec.name == "night");
  CHECK(profile.spec.workloads[0].argv[0] == scratch.path() + "/load");
  CHECK(load_profile_or_report(file, {}).has_value());
}

TEST_CASE("a file that cannot be read is one fault that names it") {
  const Scratch scratch;
  const auto missing = load_profile(scratch.path() + "/none.toml", {});
  REQUIRE(missing.faults.size() == 1);
  CHECK(missing.faults[0].file == scratch.path() + "/none.toml");
  CHECK(load_profile(scratch.path(), {}).faults.size() == 1);  // a folder
  CHECK(!load_profile_or_report(scratch.path(), {}));
}

TEST_CASE("ten megabytes are refused without being parsed") {
  const Scratch scratch;
  const std::string file = scratch.write("big.toml", std::string(10 << 20, 'x'));
  const auto profile = load_profile(file, {});
  REQUIRE(profile.faults.size() == 1);
  CHECK(profile.faults[0].message() ==
        file + ": too large for a profile; see soakrig init for one");
}
