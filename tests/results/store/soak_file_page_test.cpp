// SPDX-License-Identifier: Apache-2.0
//
// docs/formats/soak_file.md tells people to read a run with the sqlite3 program: its commands are
// run here on a real file, exactly as they are printed there.
#include "tests/results/store/page_commands.hpp"
#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

TEST_CASE("the commands of the format page show what a run holds") {
  if (!has_program("sqlite3")) {
    WARN("not run: the sqlite3 program is not installed");
    return;
  }
  TestRun run;
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  REQUIRE(run.writer->submit(source, test_rows(0, 25)));
  REQUIRE(run.writer->event({1500 * kMillisecond, "", "operator", Severity::info, "{}"}));
  REQUIRE(run.writer->finish().value() == RunState::sealed);
  const auto commands = commands_of_page("soak_file.md", run.path);
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
