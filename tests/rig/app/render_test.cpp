// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include "rig/app/command.hpp"
#include "tests/support/dashboard_run.hpp"

using namespace soakrig;

namespace {

int render(const std::vector<std::string>& args) {
  const auto all = app::commands();
  const auto found = std::ranges::find(all, "render", &app::Command::name);
  REQUIRE(found != all.end());
  return found->run(args);
}

}  // namespace

TEST_CASE("render writes the picture of a run that is named as people name one") {
  const test::WatchedRun run;
  const std::string archive = run.directory.path().string(), out = run.directory.file("a.png");
  CHECK(render({"last", "--archive", archive, "-o", out, "--size", "640x360"}) == 0);
  CHECK(std::filesystem::file_size(out) > 5000);
  CHECK(render({"watched:pi", "--archive", archive, "-o", out, "--range", "1min..2min", "--time",
                "utc", "--channel", "board.power", "--size", "640x360"}) == 0);
}

TEST_CASE(
    "render refuses what it cannot draw: 4 for a wrong call, 2 for a file or place at fault") {
  const test::WatchedRun run;
  const std::string out = run.directory.file("a.png");
  CHECK(render({run.path}) == 4);
  CHECK(render({run.path, "-o", out, "--size", "5x5"}) == 4);
  CHECK(render({run.path, "-o", out, "--time", "stardate"}) == 4);
  CHECK(render({run.path, "-o", out, "--range", "no"}) == 4);
  CHECK(render({run.path + ":mars", "-o", out}) == 4);
  CHECK(render({"nothing", "--archive", run.directory.path().string(), "-o", out}) == 4);
  run.directory.write("b.soak", "not a database at all, but long enough to be looked at");
  CHECK(render({run.directory.file("b.soak"), "-o", out}) == 2);
  CHECK_FALSE(std::filesystem::exists(out));
}
