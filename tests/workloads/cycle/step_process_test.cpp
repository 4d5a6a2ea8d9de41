// SPDX-License-Identifier: Apache-2.0
#include "workloads/cycle/step_process.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {
StepResult run(const std::vector<std::string>& argv, Nanos timeout = 30 * kSecond) {
  const SystemClock clock;
  StepProcess process("step", argv, timeout, clock);
  while (!process.poll(5 * kMillisecond)) {
  }
  return process.result();
}
}  // namespace

TEST_CASE("a step's end, lines and last words are told") {
  const StepResult good = run({"sh", "-c", "echo one; echo two; echo aside >&2; exit 3"});
  CHECK(good.code == 3);
  CHECK_FALSE(good.ok());
  CHECK(good.lines == 2);
  CHECK(good.first_line == "one");
  CHECK_FALSE(good.last_words.empty());
  const StepResult half = run({"printf", "no end"});
  CHECK(half.ok());
  CHECK(half.first_line == "no end");
}

TEST_CASE("a step that never returns is killed at its deadline, with its children") {
  const StepResult late = run({"sh", "-c", "while :; do :; done & wait"}, 100 * kMillisecond);
  CHECK(late.timed_out);
  CHECK(late.signal == 9);
  CHECK_FALSE(late.ok());
}

TEST_CASE("a step that cannot be started is an error, not a crash") {
  const StepResult none = run({"/no/such/program"});
  CHECK_FALSE(none.error.empty());
  CHECK_FALSE(none.ok());
}

TEST_CASE("a step that floods its output is read in pieces and kept short") {
  const StepResult flood =
      run({"sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' 'x'; echo; echo end"});
  CHECK(flood.ok());
  CHECK(flood.lines == 2);
  CHECK(flood.first_line.size() == 200);
  CHECK(flood.last_words == "end");
}

TEST_CASE("killing is told apart from a deadline") {
  const SystemClock clock;
  StepProcess process("step", {"sh", "-c", "while :; do :; done"}, 30 * kSecond, clock);
  process.kill();
  while (!process.poll(5 * kMillisecond)) {
  }
  CHECK(process.result().killed);
  CHECK_FALSE(process.result().timed_out);
}
