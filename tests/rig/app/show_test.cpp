// SPDX-License-Identifier: Apache-2.0
// Also tests: print_run.cpp
// Also tests: list.cpp
//
// The commands as they are called: exit codes, and what goes to standard output.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "results/report/judge_run.hpp"
#include "rig/app/command.hpp"
#include "rig/base/fd.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/stored_run.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::test;
using nlohmann::json;

namespace {

struct Called {
  int code = 0;
  std::string out;
};

// Runs a command with standard output in a file.
Called call(const std::string& name, const std::vector<std::string>& args) {
  const auto all = app::commands();
  const auto command = std::ranges::find(all, name, &app::Command::name);
  REQUIRE(command != all.end());
  const TempDir directory;
  const std::string path = directory.file("out");
  std::fflush(stdout);
  const Fd kept(::dup(STDOUT_FILENO));
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT, 0600));
  ::dup2(file.get(), STDOUT_FILENO);
  Called out;
  out.code = command->run(args);
  std::fflush(stdout);
  ::dup2(kept.get(), STDOUT_FILENO);
  std::ifstream text(path);
  out.out.assign(std::istreambuf_iterator<char>(text), {});
  return out;
}

// An archive with one run, sealed and judged.
void fill(const TempDir& directory) {
  Plant plant;
  plant.sensors(600).work("chat", {}, 0, 600);
  const analysis::RunView run = make_run({plant.board()}, {{"soak", 600}});
  const FakeClock clock;
  auto writer = store::Writer::create(directory.path().string(),
                                      stored_header(run, "20260301-120000-0a1b2c3d"), clock);
  REQUIRE(writer);
  store_run(**writer, run);
  const auto reader = store::Reader::open((*writer)->path());
  REQUIRE(reader);
  const auto judged = report::judge_run(*reader);
  REQUIRE(judged);
  REQUIRE((*writer)->set_judgement(judged->verdict, judged->json));
  REQUIRE((*writer)->finish());
}

}  // namespace

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
