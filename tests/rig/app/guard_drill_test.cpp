// SPDX-License-Identifier: Apache-2.0
//
// What a drill refuses and where it begins; tests/system/resume_test.py drills a chamber.
#include "rig/app/guard_drill.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::app;

TEST_CASE("A drill begins near the safe set-point, and never beyond a limit") {
  ChamberSpec chamber;
  chamber.safe_temperature = 23.0;
  CHECK(drill_set_point(chamber) == 26.0);
  chamber.high = 25.0;
  CHECK(drill_set_point(chamber) == 20.0);
  chamber.low = 22.0;
  CHECK(drill_set_point(chamber) == 22.0);
}

TEST_CASE("Where there is no chamber that lasts there is nothing to rehearse") {
  const test::TempDir dir;
  const auto files = guard::Files::open(dir.file("guard")).value();
  RunSpec spec;
  CHECK(drill_guard(spec, files, SystemClock()).error().code == Errc::unsupported);
  spec.chamber = ChamberSpec{};
  spec.chamber->connect = "virtual";
  const auto refused = drill_guard(spec, files, SystemClock());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unsupported);
  CHECK(refused.error().remedy.find("virtual serve") != std::string::npos);
}
