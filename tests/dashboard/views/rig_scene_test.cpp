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
  draw_rig(log, *find_theme("light"), run, plots, 0, run.whole(), TimeFormat::elapsed,
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
  draw_rig(log, *find_theme("light"), run, {}, 0, run.whole(), TimeFormat::elapsed, {0, 0, 900, 500});
  CHECK(log.says("this run has none"));
  CHECK(log.says("no channel of the rig"));
}

TEST_CASE("What guards a chamber is told: nothing yet, then the trip and what the guard did") {
  RunModel run;
  CHECK(safety_lines(run, TimeFormat::elapsed).empty());
  run.spec.chamber.emplace();
  run.spec.chamber->connect = "tcp://10.0.0.5:502?unit=1";
  auto lines = safety_lines(run, TimeFormat::elapsed);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].text == "the guard has had nothing to do");
  CHECK(lines[0].severity == Severity::info);
  const auto say = [&](Nanos t, const char* kind, Severity severity, const char* body) {
    run.marks.push_back(*mark_of({t, "", kind, severity, body}));
  };
  say(10 * kSecond, "chamber", Severity::info, R"({"what":"set","set_point":55})");
  say(20 * kSecond, "trip", Severity::alarm, R"({"reason":"sensor broken"})");
  say(21 * kSecond, "guard", Severity::alarm, R"({"stage":"tripped","safe":true,"reason":"trip"})");
  lines = safety_lines(run, TimeFormat::elapsed);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].text.ends_with("TRIP: sensor broken"));
  CHECK(lines[0].severity == Severity::alarm);
  CHECK(lines[1].text.ends_with("guard: tripped, safe: trip"));
  CHECK(lines[2].text.ends_with("chamber: set (55 °C)"));
  test::PaintLog log;
  draw_rig(log, *find_theme("light"), run, {}, 0, run.whole(), TimeFormat::elapsed,
           {0, 0, 1600, 900});
  CHECK(log.says("Guard and safe state"));
  run.spec.chamber->connect = "virtual";
  run.marks.clear();
  CHECK(safety_lines(run, TimeFormat::elapsed)[0].text == "virtual chamber: it has no guard");
}

TEST_CASE("How each board is reached stands beside the instruments; more plots are below") {
  RunModel run;
  run.last = 60 * kSecond;
  run.boards = {"orin"};
  run.spec.boards.emplace_back().name = "orin";
  run.spec.boards[0].connect = "ssh://u@h";
  run.marks.push_back(*mark_of({0, "orin", "board.link", Severity::info, R"({"up":true})"}));
  run.contacts = contacts_of(run);
  std::vector<PlotData> plots;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"})
    plots.push_back(channel(name, 50 * kSecond, 1));
  test::PaintLog log, scrolled;
  const auto draw = [&](test::PaintLog& into, std::size_t first) {
    draw_rig(into, *find_theme("light"), run, plots, first, run.whole(), TimeFormat::elapsed,
             {0, 0, 1600, 900});
  };
  draw(log, 0);
  CHECK(log.says("orin:  link up for 1m"));
  CHECK(log.says("2 more below"));
  draw(scrolled, 99);
  CHECK_FALSE(scrolled.says("more below"));
}
