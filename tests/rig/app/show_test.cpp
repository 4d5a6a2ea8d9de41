// SPDX-License-Identifier: Apache-2.0
// Also tests: print_run.cpp
// Also tests: list.cpp
//
// The commands as they are called: exit codes, and what goes to standard output.
#include <nlohmann/json.hpp>

#include "tests/rig/app/called.hpp"

using namespace soakrig;
using namespace soakrig::test;
using nlohmann::json;

TEST_CASE("show prints a run as text and as JSON, whole or one board of it") {
  const TempDir directory;
  fill(directory);
  const std::string archive = directory.path().string();
  const Called text = call("show", {"last", "--archive", archive});
  CHECK(text.code == 0);
  CHECK(text.out.starts_with("PASS  plant"));
  CHECK(text.out.find("next: soakrig show ") != std::string::npos);
  CHECK(text.out.find("\x1b") == std::string::npos);
  const Called whole = call("show", {"20260301", "--archive", archive, "--json"});
  CHECK(whole.code == 0);
  CHECK(json::parse(whole.out)["run"]["verdict"] == "pass");
  const Called one = call("show", {"last:pi", "--archive", archive, "--json"});
  CHECK(json::parse(one.out)["boards"].size() == 1);
}

TEST_CASE("show: 4 for usage and names, 2 for what cannot be read") {
  const TempDir directory;
  fill(directory);
  const std::string archive = directory.path().string();
  CHECK(call("show", {}).code == 4);
  CHECK(call("show", {"last", "--nonsense"}).code == 4);
  CHECK(call("show", {"nobody", "--archive", archive}).code == 4);
  CHECK(call("show", {"last:jetson", "--archive", archive}).code == 4);
  directory.write("broken.soak", "no database at all");
  CHECK(call("show", {directory.file("broken.soak")}).code == 2);
}

TEST_CASE("list prints every run, and an archive that is not there has none") {
  const TempDir directory;
  fill(directory);
  directory.write("broken.soak", "no database at all");
  const std::string archive = directory.path().string();
  const Called text = call("list", {"--archive", archive});
  CHECK(text.code == 0);
  CHECK(text.out.find("plant") != std::string::npos);
  CHECK(text.out.find("unreadable: ") != std::string::npos);
  const json all = json::parse(call("list", {"--archive", archive, "--json"}).out);
  CHECK(all["runs"].size() == 2);
  CHECK(call("list", {"--archive", directory.file("none")}).out == "no runs\n");
  CHECK(call("list", {"surplus"}).code == 4);
}
