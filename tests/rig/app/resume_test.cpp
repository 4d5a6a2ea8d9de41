// SPDX-License-Identifier: Apache-2.0
//
// The command's own errors; tests/system/resume_test.py resumes runs.
#include <span>

#include "results/store/writer.hpp"
#include "rig/base/run_spec.hpp"
#include "tests/rig/app/scratch.hpp"
#include "tests/support/catch.hpp"

namespace soakrig::app {
int command_resume(std::span<const std::string> args);
}

using namespace soakrig;
using namespace soakrig::app;
using soakrig::app::testing::Scratch;
using Args = std::vector<std::string>;

TEST_CASE("There must be a run to resume, and it must have been interrupted") {
  const Scratch scratch;
  CHECK(command_resume(Args{"--archive", scratch.path()}) == 4);
  CHECK(command_resume(Args{"no-such-run", "--archive", scratch.path()}) == 4);
  CHECK(command_resume(Args{"a", "b"}) == 4);
  CHECK(command_resume(Args{"--help"}) == 0);
  const SystemClock clock;
  store::RunHeader header;
  header.id = "20260301-120000-00000001";
  header.name = "night";
  header.owner = this_process();
  header.spec_json = encode_run_spec(RunSpec{});
  const auto writer = store::Writer::create(scratch.path(), header, clock).value();
  CHECK(command_resume(Args{"--archive", scratch.path()}) == 4);  // it goes on
  REQUIRE(writer->finish());
  CHECK(command_resume(Args{"--archive", scratch.path()}) == 4);  // it has ended
}
