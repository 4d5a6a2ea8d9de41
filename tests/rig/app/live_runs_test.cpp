// SPDX-License-Identifier: Apache-2.0
// Also tests: live_view.cpp
#include "rig/app/live_runs.hpp"

#include "results/store/writer.hpp"
#include "rig/app/live_view.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

RunSpec spec() {
  RunSpec spec;
  spec.name = "night";
  spec.planned = kHour;
  BoardSpec board;
  board.name = "dut";
  spec.boards = {board};
  WorkloadSpec chat;
  chat.name = "chat";
  spec.workloads = {chat};
  PhaseSpec phase;
  phase.name = "hot";
  phase.work = {"chat"};
  spec.phases = {phase};
  return spec;
}

std::unique_ptr<store::Writer> start_run(const std::string& archive, const Clock& clock,
                                         const char* id) {
  store::RunHeader header;
  header.id = id;
  header.name = "night";
  header.start_boot_ns = clock.boot_ns() - 20 * kSecond;
  header.start_utc_ns = clock.utc_ns();
  header.owner = this_process();
  header.spec_json = encode_run_spec(spec());
  return store::Writer::create(archive, header, clock).value();
}

}  // namespace

TEST_CASE("A run is live while its owner lives") {
  const test::TempDir dir;
  const SystemClock clock;
  const std::string archive = dir.file("soaks");
  CHECK(live_runs(archive).empty());
  CHECK_FALSE(pick_live_run(archive, ""));
  const auto first = start_run(archive, clock, "20260301-120000-0000000a");
  REQUIRE(live_runs(archive).size() == 1);
  CHECK(pick_live_run(archive, "")->header.id == "20260301-120000-0000000a");
  CHECK_FALSE(pick_live_run(archive, "nonsense"));
  const auto second = start_run(archive, clock, "20260301-120000-0000000b");
  CHECK_FALSE(pick_live_run(archive, ""));  // which one?
  CHECK(pick_live_run(archive, "20260301-120000-0000000b"));
  REQUIRE(first->finish());
  CHECK(live_runs(archive).size() == 1);
}

TEST_CASE("The live view shows what the store has, and nothing it has not") {
  const test::TempDir dir;
  const SystemClock clock;
  const auto writer = start_run(dir.file("soaks"), clock, "20260301-120000-0000000c");
  const auto board = writer->add_board("dut", "{}");
  const auto zone = writer->add_source(
      board, {"thermal_zone", 100, {{"soc.temperature", "Cel", "", {}, ""},
                                    {"limiter.thermal.cpufreq_state", "{state}", "", {}, ""}}});
  const auto work = writer->add_source(board, {"work.chat", 0,
                                               {{"work.chat.tokens", "{token}", "", {}, ""},
                                                {"work.chat.busy", "s", "", {}, ""},
                                                {"work.chat.instance", "1", "", {}, ""}}});
  Batch temperatures, totals;
  temperatures.columns = 2;
  totals.columns = 3;
  for (int i = 0; i <= 190; ++i) {
    const double zone_row[] = {40.0 + i * 0.1, i > 100 ? 1.0 : 0.0};
    temperatures.add_row(i * 100 * kMillisecond, zone_row, nullptr);
    const double work_row[] = {i * 5.0, i * 0.1, 0};
    totals.add_row(i * 100 * kMillisecond, work_row, nullptr);
  }
  REQUIRE(writer->submit(zone, temperatures));
  REQUIRE(writer->submit(work, totals));
  REQUIRE(writer->event({kSecond, "dut", "incident", Severity::alarm, R"({"class":"oom"})"}));
  REQUIRE(writer->journal("dwell", R"({"phase":"hot"})"));

  const auto reader = store::Reader::open(writer->path());
  REQUIRE(reader);
  const auto view = read_live_view(*reader, clock.boot_ns(), kMinute, 20);
  REQUIRE(view);
  CHECK(view->phase == "hot");
  CHECK(view->stage == "dwell");
  CHECK(view->planned == kHour);
  CHECK_FALSE(view->chamber);
  REQUIRE(view->boards.size() == 1);
  const LiveBoard& dut = view->boards[0];
  CHECK(dut.temperature == Approx(59.0));
  CHECK_FALSE(dut.power);
  CHECK(dut.limiters == std::vector<std::string>{"limiter.thermal.cpufreq_state"});
  CHECK(dut.incidents == 1);
  REQUIRE(dut.work.size() == 1);
  CHECK(dut.work[0].speed == Approx(50));
  CHECK(view->events.size() == 1);

  // A minute later nothing of it is "now".
  const auto later = read_live_view(*reader, clock.boot_ns() + kMinute, kMinute, 20);
  REQUIRE(later);
  CHECK_FALSE(later->boards[0].temperature);
  CHECK_FALSE(later->boards[0].work[0].speed);
}
