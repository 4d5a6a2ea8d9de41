// SPDX-License-Identifier: Apache-2.0
#include "rig/app/status_line.hpp"

#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

const SourceInfo kWork{"work.chat", 0, {{"work.chat.tokens", "{token}", "", {}, ""},
                                        {"work.chat.tokens_busy", "s", "", {}, ""},
                                        {"work.chat.instance", "1", "", {}, ""}}};
const SourceInfo kZone{"thermal_zone", 100, {{"soc.temperature", "Cel", "", {}, ""}}};

std::vector<WorkloadSpec> workloads() {
  WorkloadSpec chat;
  chat.name = "chat";
  return {chat};
}

Batch work_row(Nanos t, double tokens, double busy, double instance) {
  Batch batch;
  batch.columns = 3;
  const double row[] = {tokens, busy, instance};
  batch.add_row(t, row, nullptr);
  return batch;
}

}  // namespace

TEST_CASE("The live speed is work per busy second over the window") {
  LiveFigures live(5 * kSecond);
  CHECK_FALSE(live.speed("chat"));
  live.feed("dut", kWork, work_row(0, 0, 0, 0), workloads());
  CHECK_FALSE(live.speed("chat"));  // one report is no speed
  live.feed("dut", kWork, work_row(10 * kSecond, 100, 4, 0), workloads());
  CHECK_FALSE(live.speed("chat"));  // the first is older than the window
  live.feed("dut", kWork, work_row(12 * kSecond, 150, 5, 0), workloads());
  CHECK(live.speed("chat") == Approx(50));
  live.feed("dut", kWork, work_row(13 * kSecond, 10, 1, 1), workloads());
  CHECK_FALSE(live.speed("chat"));  // another instance begins anew
}

TEST_CASE("Only good readings are shown") {
  LiveFigures live(5 * kSecond);
  Batch batch;
  batch.columns = 1;
  const double v = 46.5;
  const State bad = State::error;
  batch.add_row(1, &v, &bad);
  live.feed("dut", kZone, batch, workloads());
  CHECK_FALSE(live.temperature());
  batch.add_row(2, &v, nullptr);
  live.feed("dut", kZone, batch, workloads());
  CHECK(live.temperature() == 46.5);
  CHECK(figure(live.temperature(), "°C") == "46.5 °C");
  CHECK(figure(std::nullopt, "W") == "– W");
}

TEST_CASE("Elsewhere than on a terminal there are plain lines and no escapes") {
  const test::TempDir dir;
  RunSpec spec;
  spec.name = "night";
  PhaseSpec phase;
  phase.name = "hot";
  phase.ambient = 55.0;
  phase.soak = kMinute;
  spec.phases = {phase};
  std::FILE* out = std::fopen(dir.file("log").c_str(), "w");
  {
    StatusLine status(spec, kMinute, out, false);
    control::PhaseMachine machine(spec.phases, false);
    status.on_stage(control::Stage::ramp, phase, {});
    status.on_event({5 * kSecond, "dut", "incident", Severity::alarm, R"({"class":"oom"})"});
    status.on_tick(kSecond, machine);
    CHECK(status.describe(kSecond, machine).find("hot · waiting · 59.0 s of ~1m 00s left") == 0);
  }
  std::fclose(out);
  const std::string log = read_file(dir.file("log")).value();
  CHECK(log.find("phase hot: ramp to 55.0 °C") != std::string::npos);
  CHECK(log.find("dut: incident oom") != std::string::npos);
  CHECK(log.find('\033') == std::string::npos);
  CHECK(log.find('\r') == std::string::npos);
}
