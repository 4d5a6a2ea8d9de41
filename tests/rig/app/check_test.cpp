// SPDX-License-Identifier: Apache-2.0
//
// soakrig check as a command: its exit codes, and that it touches nothing.
#include <filesystem>
#include <span>

#include "tests/rig/app/scratch.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

namespace soakrig::app {
int command_check(std::span<const std::string> args);
}  // namespace soakrig::app

using namespace soakrig::app;
using soakrig::app::testing::Scratch;
using Args = std::vector<std::string>;

namespace {
const std::string kExamples = soakrig::test::source_dir() + "/docs/examples/";
}

TEST_CASE("each example is accepted, and nothing is written") {
  const Scratch scratch;
  const std::string archive = scratch.path() + "/soaks";
  for (const char* name : {"cold-start", "damp-heat", "demo", "derating-ladder", "dry-heat", "overnight-60C",
                           "temperature-change", "this-machine", "trouble", "two-boards"}) {
    INFO(name);
    const int code = command_check(Args{kExamples + name + ".toml", "--archive", archive});
    CHECK((code == 0 || code == 3));  // 3: the programs may not be built beside the test
  }
  CHECK(!std::filesystem::exists(archive));
}

TEST_CASE("what is missing gives 3") {
  const Scratch scratch;
  const std::string file = kExamples + "demo.toml";
  CHECK(command_check(
            Args{file, "--archive", scratch.path(), "--set", "chamber.map=\"no-such-map\""}) == 3);
  CHECK(command_check(Args{file, "--json", "--archive", scratch.path(), "--set",
                           "workload.chat.shape=\"no-such-shape\""}) == 3);
}

TEST_CASE("a bad profile or usage gives 4") {
  const Scratch scratch;
  CHECK(command_check(Args{}) == 4);
  CHECK(command_check(Args{"a.toml", "b.toml"}) == 4);
  CHECK(command_check(Args{scratch.path() + "/none.toml"}) == 4);
  CHECK(command_check(Args{kExamples + "demo.toml", "--set", "verdict.windw=\"5s\""}) == 4);
  CHECK(command_check(Args{kExamples + "demo.toml", "--json", "--set", "soak.sample=100"}) == 4);
  CHECK(command_check(Args{scratch.write("big.toml", std::string(10 << 20, '['))}) == 4);
  CHECK(command_check(Args{scratch.write("noise.toml", "\x01\xff{[.\n")}) == 4);
  CHECK(command_check(Args{"--help"}) == 0);
}
