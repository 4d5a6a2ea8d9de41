// SPDX-License-Identifier: Apache-2.0
//
// docs/formats/soak_file.md tells people to read a run with the sqlite3 program: its commands are
// run here on a real file, exactly as they are printed there.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>

#include "rig/base/fd.hpp"
#include "tests/results/store/store_fixture.hpp"
#include "tests/support/paths.hpp"

namespace soakrig::store {
namespace {

struct ClosePipe {
  void operator()(std::FILE* pipe) const { ::pclose(pipe); }
};

std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, ClosePipe> pipe(::popen(command.c_str(), "r"));
  std::string out;
  char buffer[4096];
  while (pipe && std::fgets(buffer, sizeof buffer, pipe.get()) != nullptr) out += buffer;
  return out;
}

std::vector<std::string> commands_of_the_page(const std::string& file) {
  std::istringstream page(read_file(test::source_dir() + "/docs/formats/soak_file.md").value());
  std::vector<std::string> commands;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("sqlite3 ")) continue;
    const std::size_t at = line.find("FILE.soak");
    REQUIRE(at != std::string::npos);
    commands.push_back(line.replace(at, 9, file));
  }
  return commands;
}

TEST_CASE("the commands of the format page show what a run holds") {
  if (std::system("command -v sqlite3 >/dev/null") != 0) {
    WARN("not run: the sqlite3 program is not installed");
    return;
  }
  TestRun run;
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  REQUIRE(run.writer->submit(source, test_rows(0, 25)));
  REQUIRE(run.writer->event({1500 * kMillisecond, "", "operator", Severity::info, "{}"}));
  REQUIRE(run.writer->finish().value() == RunState::sealed);
  const auto commands = commands_of_the_page(run.path);
  REQUIRE(commands.size() == 4);
  CHECK(output_of(commands[0]) == "night\n");
  CHECK(output_of(commands[1]) ==
        "thermal.c0|Cel|25|0.0|24.0\n"
        "thermal.c1|Cel|25|0.125|24.125\n");
  CHECK(output_of(commands[2]) == "1.5|operator|{}\n");
  CHECK(output_of(commands[3]) == "1|1|1\n");
}

}  // namespace
}  // namespace soakrig::store
