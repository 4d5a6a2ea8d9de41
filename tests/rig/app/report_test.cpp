// SPDX-License-Identifier: Apache-2.0
// Also tests: hybrid.cpp open_run.cpp
//
// The command as it is called: where it writes, and its exit codes.
#include <filesystem>

#include "rig/app/open_run.hpp"
#include "tests/rig/app/called.hpp"

using namespace soakrig;
using namespace soakrig::test;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("report writes one HTML file and says where") {
  const TempDir directory;
  fill(directory);
  const std::string archive = directory.path().string(), out = directory.file("r.html");
  const Called called = call("report", {"last", "--archive", archive, "-o", out});
  CHECK(called.code == 0);
  CHECK(called.out == out + "\n");
  CHECK(text_of(out).starts_with("<!DOCTYPE html>"));
  const Called chinese =
      call("report", {"last:pi", "--archive", archive, "-o", out, "--lang", "zh"});
  CHECK(chinese.code == 0);
  CHECK(text_of(out).find("<html lang=\"zh\">") != std::string::npos);
}

TEST_CASE("report: 4 for usage and names, 2 for what cannot be read or written") {
  const TempDir directory;
  fill(directory);
  const std::string archive = directory.path().string(), out = directory.file("r.html");
  CHECK(call("report", {}).code == 4);
  CHECK(call("report", {"nobody", "--archive", archive, "-o", out}).code == 4);
  CHECK(call("report", {"last:jetson", "--archive", archive, "-o", out}).code == 4);
  CHECK(call("report", {"last", "--archive", archive, "-o", out, "--lang", "fr"}).code == 4);
  directory.write("broken.soak", "no database at all");
  CHECK(call("report", {directory.file("broken.soak"), "-o", out}).code == 2);
  CHECK_FALSE(std::filesystem::exists(out));
  CHECK(call("report", {"last", "--archive", archive, "-o", directory.file("no/r.html")}).code ==
        2);
}

TEST_CASE("a run is opened by what a person typed, its board kept apart") {
  const TempDir directory;
  fill(directory);
  const auto opened = app::open_run("last:pi", directory.path().string());
  REQUIRE(opened);
  CHECK(opened->board == "pi");
  CHECK(opened->reader.header().name == "plant");
  CHECK(app::exit_code_of({Errc::not_found, "x"}) == 4);
  CHECK(app::exit_code_of({Errc::corrupt, "x"}) == 2);
}

TEST_CASE("hybrid says that a run without a routed load has none") {
  const TempDir directory;
  fill(directory);
  const Called called = call("hybrid", {"last", "--archive", directory.path().string()});
  CHECK(called.code == 4);
  CHECK(called.out.empty());
}
