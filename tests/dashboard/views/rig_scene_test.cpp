// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/rig_scene.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/paint_log.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

namespace {

PlotData channel(const std::string& name, Nanos last, double value) {
  PlotData out;
  out.spec.title = name;
  out.spec.unit = "Cel";
  out.spec.curves.push_back({"", name, "", name, "Cel", false, Provenance::simulated});
  store::ViewBin bin;
  bin.t0 = last, bin.t1 = last + 1;
  bin.rows = bin.good = 1;
  bin.min = bin.max = bin.sum = value;
  out.views.emplace_back();
  out.views[0].bins = {bin};
  return out;
}

}  // namespace

TEST_CASE("Instruments show their newest reading, and silence is not well") {
  RunModel run;
  run.last = 100 * kSecond;
  for (const char* name : {"chamber.temperature", "ambient.temperature"}) {
    store::ChannelRow row;
    row.info.name = name;
    row.period = kSecond;
    run.channels.push_back(row);
  }
  const std::vector<PlotData> plots{channel("chamber.temperature", 99 * kSecond, 55),
                                    channel("ambient.temperature", 10 * kSecond, 23)};
  const auto readings = rig_readings(run, plots);
  REQUIRE(readings.size() == 2);
  CHECK(readings[0].value == "55.00 °C");
  CHECK(readings[0].well);
  CHECK_FALSE(readings[1].well);
  CHECK(readings[1].age == "1m 30s");
  run.marks.push_back(
      {5, Marker::circle, Severity::info, "pi", "kernel.log", "board's own", false});
  run.marks.push_back(
      {6, Marker::square, Severity::alarm, "", "rig.fault", "rig fault: bus gone", true});
  CHECK(rig_events(run, 10).size() == 1);
  run.spec.chamber.emplace();
  run.spec.chamber->map = "watlow-f4t";
  run.spec.chamber->safe_temperature = 23;
  test::PaintLog log;
  draw_rig(log, *find_theme("light"), run, plots, run.whole(), TimeFormat::elapsed,
           {0, 0, 1600, 900});
  for (const char* word :
       {"watlow-f4t", "safe set-point", "bus gone", "1m 30s ago", "cut-out", "SIMULATED"}) {
    INFO(word);
    CHECK(log.says(word));
  }
  CHECK(log.clips == 0);
}

TEST_CASE("A run without instruments says so") {
  RunModel run;
  test::PaintLog log;
  draw_rig(log, *find_theme("light"), run, {}, run.whole(), TimeFormat::elapsed, {0, 0, 900, 500});
  CHECK(log.says("this run has none"));
  CHECK(log.says("no channel of the rig"));
}
