// SPDX-License-Identifier: Apache-2.0
#include "rig/app/power_cuts.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "rig/base/spawn.hpp"
#include "rig/instruments/guard/reaction.hpp"
#include "rig/instruments/switch_plan.hpp"

namespace soakrig::app {

std::vector<std::string> for_guard(std::vector<std::string> argv) {
  std::error_code failed;
  const auto whole = std::filesystem::absolute(find_program(argv.front()), failed);
  if (!failed) argv.front() = whole.string();
  return argv;
}

std::vector<guard::BoardCommand> commands_off(const RunSpec& spec) {
  std::vector<guard::BoardCommand> out;
  for (const BoardSpec& board : spec.boards) {
    if (!board.power || !board.power->relay.empty()) continue;
    out.push_back({board.name, for_guard(board.power->off_argv)});
  }
  return out;
}

Result<std::vector<guard::Step>> relays_off(const RunSpec& spec) {
  const auto plans = instruments::plan_power_off(spec);
  if (!plans) return plans.error();
  std::vector<guard::Step> steps;
  for (const instruments::PowerOff& plan : *plans) {
    auto step = guard::make_step(plan.map, plan.point, plan.connect, plan.value,
                                 guard::power_step_name(plan.board));
    if (!step) return step.error();
    steps.push_back(std::move(*step));
  }
  return steps;
}

}  // namespace soakrig::app
