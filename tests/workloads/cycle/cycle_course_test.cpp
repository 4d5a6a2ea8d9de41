// SPDX-License-Identifier: Apache-2.0
#include "workloads/cycle/cycle_course.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::test;
using namespace soakrig::workloads;

namespace {

// A board that is a file with its version in it; it is well where the file is not empty.
CycleOptions board(const TempDir& directory) {
  directory.write("v", "0\n");
  const std::string file = directory.file("v");
  CycleOptions out;
  out.update = {"sh", "-c", ": > \"$0\"", file};  // it bricks
  out.health = {"test", "-s", file};
  out.version = {"sh", "-c", "grep . \"$0\"", file};
  out.settle = 100 * kMillisecond;
  out.step_timeout = 20 * kSecond;
  return out;
}

CycleStory story(const CycleOptions& options, std::uint64_t number) {
  const SystemClock clock;
  const std::map<CycleFault, double> mix{{CycleFault::none, 1.0}};
  CycleCourse course(options, mix, clock);
  CHECK(course.done());
  course.begin(number);
  CHECK_FALSE(course.done());
  while (!course.done()) course.advance();
  return course.story();
}

}  // namespace

TEST_CASE("cycle course: a brick climbs the ladder, and the story says which rung helped") {
  const TempDir directory;
  CycleOptions options = board(directory);
  const CycleStory lost = story(options, 7);
  CHECK(lost.number == 7);
  CHECK(lost.end.from == "0");
  CHECK(lost.end.target == "7");
  CHECK(lost.kind == CycleClass::bricked);
  CHECK(lost.lost);
  CHECK(lost.recovered_by.empty());
  options = board(directory);
  options.rollback = {"false"};
  options.restore = {"sh", "-c", "echo 0 > \"$0\"", directory.file("v")};
  const CycleStory restored = story(options, 8);
  CHECK(restored.kind == CycleClass::bricked);
  CHECK_FALSE(restored.lost);
  CHECK(restored.recovered_by == "restore");
  std::vector<std::string> steps;
  for (const StepResult& step : restored.steps) steps.push_back(step.step);
  const std::vector<std::string> wanted{"version", "update",  "health",  "version", "rollback",
                                        "health",  "version", "restore", "health",  "version"};
  CHECK(steps == wanted);
}

TEST_CASE(
    "cycle course: an update that never returns is ended at its limit, and the cycle goes on") {
  const TempDir directory;
  CycleOptions options = board(directory);
  options.update = {"sh", "-c", "while :; do :; done"};
  options.step_timeout = 300 * kMillisecond;
  const CycleStory told = story(options, 1);
  CHECK(told.kind == CycleClass::stuck);
  CHECK_FALSE(told.end.update_ended);
  CHECK_FALSE(told.lost);
}
