// SPDX-License-Identifier: Apache-2.0
#include "rig/app/orphans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rig/app/agent_home.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/paths.hpp"
#include "rig/app/references.hpp"
#include "rig/app/run_briefly.hpp"

namespace soakrig::app {
namespace {

constexpr Nanos kAnswerWithin = 40 * kSecond;  // an agent's workloads may take their grace
constexpr Nanos kBetweenLinks = kMinute;

}  // namespace

Standing standing_of(const Resident& resident, std::span<const store::ArchivedRun> runs) {
  if (resident.driven() || (resident.alone && *resident.alone < kBetweenLinks)) {
    return Standing::driven;
  }
  const auto run = std::ranges::find(runs, resident.run(),
                                     [](const store::ArchivedRun& each) { return each.header.id; });
  if (run == runs.end() || run->error) return Standing::orphaned;
  if (run->state == RunState::running) return Standing::driven;
  return run->state == RunState::interrupted ? Standing::resumable : Standing::orphaned;
}

std::string describe(const Resident& r) {
  std::string text = "an agent of run " + r.run() + " (";
  text += r.pid == 0 ? std::string("dead") : fmt::format("pid {}", r.pid);
  if (r.alone) text += ", without a controller for " + format_duration(*r.alone);
  return text + fmt::format(", {:.1f} MB not delivered)", static_cast<double>(r.spool_bytes) / 1e6);
}

Result<AgentPlace> AgentPlace::reach(const std::string& place) {
  if (place == "local") return AgentPlace();
  auto address = parse_board_address(place);
  if (!address) return address.error();
  auto reached = std::move(reach_boards({{std::move(*address), {}}}, program_folder()).front());
  if (!reached) return reached.error();
  return AgentPlace(std::move(*reached));
}

std::string AgentPlace::path_of(const std::string& name) const {
  return board_ ? board_->run_file(name) : agent_home() + "/" + name;
}

Result<std::string> AgentPlace::ask(const std::vector<std::string>& words) const {
  std::vector<std::string> here = {sibling_program("soakrig-agent")};
  here.insert(here.end(), words.begin(), words.end());
  const auto argv = board_ ? board_->agent(words) : Result<std::vector<std::string>>(here);
  if (!argv) return argv.error();
  auto answer = run_briefly(*argv, kAnswerWithin);
  if (!answer) return answer.error();
  if (answer->status.signal == 0 && answer->status.code == 0) return std::move(answer->output);
  return Error{Errc::io, "soakrig-agent " + words.front() + " ended with " + answer->status.text(),
               "see the line above"};
}

Result<std::vector<Resident>> AgentPlace::residents() const {
  const auto said = ask({"--agents", path_of("")});
  return said ? parse_residents(*said) : Result<std::vector<Resident>>(said.error());
}

Result<void> AgentPlace::clear(const Resident& resident) const {
  const auto done = ask({"--clear", path_of(resident.name)});
  return done ? Result<void>() : Result<void>(done.error());
}

Result<void> AgentPlace::stop(const Resident& resident) const {
  const auto done = ask({"--stop", path_of(resident.name) + "/agent.pid"});
  return done ? Result<void>() : Result<void>(done.error());
}

int end_remote_agents(const std::string& run, const RunSpec& spec) {
  int ended = 0;
  for (const BoardSpec& board : spec.boards) {
    if (board.connect == "local") continue;
    const auto place = AgentPlace::reach(board.connect);
    const auto there = place ? place->residents() : Result<std::vector<Resident>>(place.error());
    if (!there) {
      complain(there.error(), 2);
      continue;
    }
    for (const Resident& resident : *there) {
      if (resident.run() != run || resident.pid == 0) continue;
      const auto stopped = place->stop(resident);
      if (stopped) ++ended;
      if (!stopped) complain(stopped.error(), 2);
    }
  }
  return ended;
}

}  // namespace soakrig::app
