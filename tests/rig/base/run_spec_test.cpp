// SPDX-License-Identifier: Apache-2.0
#include "rig/base/run_spec.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

namespace {

RunSpec sample() {
  RunSpec spec;
  spec.name = "night";
  spec.seed = 7;
  spec.rules.window = 5 * kSecond;
  spec.planned = kHour;
  ChamberSpec& chamber = spec.chamber.emplace();
  chamber.map = "watlow-f4t";
  chamber.connect = "virtual";
  chamber.limits = {{"chamber.temperature", std::nullopt, 95.0, LimitAction::trip}};
  chamber.guard.timer = kHour;
  chamber.calibration = ChamberCalibration{"2026-03-01", "", "", "lab", {{25.0, -0.4}}};
  BoardSpec board;
  board.name = "dut";
  board.sysroot = "virtual";
  board.limits = {{"soc.temperature", std::nullopt, 105.0, LimitAction::stop}};
  Claim claim;
  claim.name = "tokens_per_s";
  claim.value = 25;
  claim.ambient = 25.0;
  board.claims = {claim};
  board.recovery = RecoverySpec{7 * kSecond, 90 * kSecond, {"sudo", "-n", "reboot"}, 3};
  spec.boards = {board};
  WorkloadSpec work;
  work.name = "chat";
  work.kind = "llm";
  work.argv = {"soakrig-work", "llm"};
  work.restart.budget = 9;
  spec.workloads = {work};
  PhaseSpec phase;
  phase.name = "hot";
  phase.ambient = 55.0;
  phase.soak = kMinute;
  phase.work = {"chat"};
  phase.reference = true;
  phase.settle.board_over = kMinute;
  phase.search = SearchRung{2, 5, true, 0.9};
  spec.phases = {phase};
  spec.notify = {{"incident", "end"}, {"/usr/bin/notify", "a b"}};
  spec.virtual_bench.faults = {"crash:chat@5s"};
  return spec;
}

}  // namespace

TEST_CASE("A specification is stored and read back the same") {
  const RunSpec spec = sample();
  const std::string json = encode_run_spec(spec);
  const auto back = decode_run_spec(json);
  REQUIRE(back);
  CHECK(encode_run_spec(*back) == json);
  CHECK(back->chamber->limits[0].action == LimitAction::trip);
  CHECK(back->chamber->limits[0].max == 95.0);
  CHECK_FALSE(back->chamber->limits[0].min.has_value());
  CHECK(back->boards[0].claims[0].ambient == 25.0);
  REQUIRE(back->boards[0].recovery);
  CHECK(back->boards[0].recovery->wait == 7 * kSecond);
  CHECK(back->boards[0].recovery->boot == 90 * kSecond);
  CHECK(back->boards[0].recovery->reboot_argv == std::vector<std::string>{"sudo", "-n", "reboot"});
  CHECK(back->boards[0].recovery->reboots == 3);
  CHECK(back->workloads[0].restart.budget == 9);
  CHECK(back->phases[0].reference);
  CHECK(back->chamber->guard.timer == kHour);
  CHECK(back->chamber->calibration->corrections.at(0).add == -0.4);
  CHECK(back->phases[0].settle.board_over == kMinute);
  CHECK_FALSE(back->phases[0].settle.ramp_max);
  CHECK(back->phases[0].search->back);
  CHECK(back->phases[0].search->rung == 2);
  CHECK(back->planned == kHour);
  CHECK(back->find_workload("chat") == &back->workloads[0]);
  CHECK(back->find_workload("other") == nullptr);
  CHECK(back->find_board("dut") == &back->boards[0]);
}

TEST_CASE("A newer writer's extra field is ignored, a wrong type is not") {
  CHECK(decode_run_spec(R"({"name":"x","new_field":{"a":1}})"));
  CHECK_FALSE(decode_run_spec(R"({"name":3})"));
  CHECK_FALSE(decode_run_spec(R"({"phases":[1]})"));
  CHECK_FALSE(decode_run_spec("nonsense"));
}

TEST_CASE("One workload travels alone") {
  const WorkloadSpec work = sample().workloads[0];
  const auto back = decode_workload_spec(encode_workload_spec(work));
  REQUIRE(back);
  CHECK(back->argv == work.argv);
  CHECK(back->restart.budget == 9);
}
