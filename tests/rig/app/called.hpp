// SPDX-License-Identifier: Apache-2.0
//
// A command of the program called as main calls it, with what it printed; and an archive to call it
// on.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "results/report/judge_run.hpp"
#include "rig/app/command.hpp"
#include "rig/base/fd.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/stored_run.hpp"
#include "tests/support/temp_dir.hpp"

namespace soakrig::test {

struct Called {
  int code = 0;
  std::string out;
};

// Runs a command with standard output in a file.
inline Called call(const std::string& name, const std::vector<std::string>& args) {
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

// Puts a run into the folder, sealed and judged.
inline void fill(const TempDir& directory, const analysis::RunView& run,
                 const std::string& id = "20260301-120000-0a1b2c3d") {
  const FakeClock clock;
  auto writer = store::Writer::create(directory.path().string(), stored_header(run, id), clock);
  REQUIRE(writer);
  store_run(**writer, run);
  const auto reader = store::Reader::open((*writer)->path());
  REQUIRE(reader);
  const auto judged = report::judge_run(*reader);
  REQUIRE(judged);
  REQUIRE((*writer)->set_judgement(judged->verdict, judged->json));
  REQUIRE((*writer)->finish());
}

// A healthy run "plant" of the board "pi".
inline void fill(const TempDir& directory) {
  Plant plant;
  plant.sensors(600).work("chat", {}, 0, 600);
  fill(directory, make_run({plant.board()}, {{"soak", 600}}));
}

}  // namespace soakrig::test
