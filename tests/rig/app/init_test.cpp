// SPDX-License-Identifier: Apache-2.0
//
// soakrig init as a command, on a tree without sensors and on this machine, whatever it has.
#include <filesystem>
#include <span>

#include "rig/app/profile_file.hpp"
#include "rig/base/fd.hpp"
#include "tests/rig/app/scratch.hpp"
#include "tests/support/catch.hpp"

namespace soakrig::app {
int command_init(std::span<const std::string> args);
int command_check(std::span<const std::string> args);
}  // namespace soakrig::app

using namespace soakrig;
using namespace soakrig::app;
using soakrig::app::testing::Scratch;
using Args = std::vector<std::string>;

TEST_CASE("what init writes passes check") {
  const Scratch scratch;
  const std::string file = scratch.path() + "/first.toml";
  REQUIRE(command_init(Args{"local", "-o", file}) == 0);
  CHECK(load_profile(file, {}).ok());
  // 3: the programs may not be built beside the test.
  const int code = command_check(Args{file, "--archive", scratch.path()});
  CHECK((code == 0 || code == 3));
}

TEST_CASE("a tree without any sensor gets a profile too") {
  const Scratch scratch;
  std::filesystem::create_directory(scratch.path() + "/tree");
  const std::string file = scratch.path() + "/first.toml";
  REQUIRE(command_init(Args{"-o", file, "--sysroot", scratch.path() + "/tree"}) == 0);
  const auto profile = load_profile(file, {});
  REQUIRE(profile.ok());
  CHECK(profile.spec.boards[0].limits.empty());
}

TEST_CASE("init never overwrites, unless told to") {
  const Scratch scratch;
  const std::string file = scratch.write("mine.toml", "# mine\n");
  CHECK(command_init(Args{"-o", file}) == 4);
  CHECK(read_file(file).value() == "# mine\n");
  CHECK(command_init(Args{"-o", file, "--force"}) == 0);
  CHECK(read_file(file).value() != "# mine\n");
}

TEST_CASE("init looks at what exists today") {
  const Scratch scratch;
  CHECK(command_init(Args{"ssh://root:secret@edge"}) == 4);
  CHECK(command_init(Args{"--nonsense"}) == 4);
  CHECK(command_init(Args{"-o", scratch.path() + "/no/such/folder.toml"}) == 4);
}
