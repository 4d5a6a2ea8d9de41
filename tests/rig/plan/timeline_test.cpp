// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/timeline.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;

namespace {
PhaseSpec phase(std::optional<double> ambient, Nanos soak,
                std::optional<double> ramp = std::nullopt) {
  PhaseSpec out;
  out.name = "p";
  out.ambient = ambient;
  out.soak = soak;
  out.ramp_k_per_s = ramp;
  return out;
}
}  // namespace

TEST_CASE("phases follow each other, ramps estimated from the asked rate to the tolerance") {
  RunSpec spec;
  spec.chamber.emplace();
  spec.chamber->safe_temperature = 20.0;
  spec.phases = {phase(26.0, kMinute, 0.5), phase(26.0, kMinute), phase(-5.0, kHour, 1.0)};
  spec.phases[2].tolerance = 2.0;
  const Timeline plan = make_timeline(spec);
  REQUIRE(plan.phases.size() == 3);
  CHECK(plan.phases[0].start == 0);
  CHECK(plan.phases[0].ramp == 10 * kSecond);  // 6 K less 1 K of tolerance at 0.5 K/s
  CHECK(!plan.phases[0].ramp_assumed);
  CHECK(plan.phases[1].start == 70 * kSecond);
  CHECK(plan.phases[1].ramp == 0);
  CHECK(plan.phases[2].start == 130 * kSecond);
  CHECK(plan.phases[2].ramp == 29 * kSecond);
  CHECK(plan.total == 159 * kSecond + kHour);
  CHECK(plan.phases[2].end() == plan.total);
}

TEST_CASE("boards that must settle take their time, and a search's way back none") {
  RunSpec spec;
  spec.phases = {phase(std::nullopt, kMinute), phase(std::nullopt, kHour),
                 phase(std::nullopt, kHour)};
  spec.phases[0].settle.board_over = 15 * kMinute;
  spec.phases[1].search = SearchRung{1, 2, false, 0.95};
  spec.phases[2].search = SearchRung{1, 2, true, 0.95};
  const Timeline plan = make_timeline(spec);
  REQUIRE(plan.phases.size() == 2);
  CHECK(plan.phases[0].settle == 15 * kMinute);
  CHECK(plan.phases[1].start == 16 * kMinute);
  CHECK(plan.total == 76 * kMinute);
}

TEST_CASE("without a rate a common chamber's is assumed, and said") {
  RunSpec spec;
  spec.chamber.emplace();
  spec.phases = {phase(kRoomTemperature + 11.0, kMinute)};
  const Timeline plan = make_timeline(spec);
  CHECK(plan.phases[0].ramp_assumed);
  CHECK(plan.phases[0].ramp == 5 * kMinute);  // 10 K at 2 K/min
  spec.chamber->connect = "virtual";
  CHECK(make_timeline(spec).phases[0].ramp == 5 * kSecond);  // 10 K at 2 K/s
}

TEST_CASE("without an ambient nothing ramps") {
  RunSpec spec;
  spec.phases = {phase(std::nullopt, kMinute), phase(std::nullopt, kMinute)};
  CHECK(make_timeline(spec).total == 2 * kMinute);
  CHECK(make_timeline(RunSpec{}).total == 0);
}

TEST_CASE("disk is channels times rate times time") {
  RunSpec spec;
  spec.boards.resize(2);
  const DiskForecast disk = forecast_disk(spec, 1000 * kSecond, 50);
  CHECK(disk.channels == 100);
  CHECK(disk.rate_hz == Approx(10.0));
  CHECK(disk.bytes == kFixedBytes + 1'750'000);
  CHECK(forecast_disk(spec, 0).bytes == kFixedBytes);
  CHECK(forecast_disk(spec, 0).channels == 2 * kChannelsPerBoard);
  CHECK(forecast_disk(spec, 5 * 366 * 24 * kHour, 1'000'000).bytes > 0);
}
