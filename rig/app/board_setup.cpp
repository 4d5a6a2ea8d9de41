// SPDX-License-Identifier: Apache-2.0
#include "rig/app/board_setup.hpp"

#include <algorithm>

#include "rig/app/agent_home.hpp"
#include "rig/app/ask_program.hpp"
#include "rig/app/bench_setup.hpp"
#include "rig/app/paths.hpp"
#include "rig/app/power_cuts.hpp"
#include "rig/app/program_facts.hpp"
#include "rig/app/references.hpp"
#include "rig/app/run_briefly.hpp"
#include "rig/base/client_place.hpp"
#include "rig/base/process_id.hpp"
#include "rig/board/ssh_answer.hpp"
#include "rig/board/ssh_command.hpp"

namespace soakrig::app {
namespace {

constexpr Nanos kConfigurationWithin = 10 * kSecond;
constexpr Nanos kAfterBench = 5 * kSecond;
constexpr Nanos kLeastPatience = kMinute;

// What the agent of a board is to be; `state`: its folder there.
std::vector<std::string> agent_arguments(const RunSpec& spec, const BoardSpec& asked,
                                         const BoardSpec& board, const std::string& run,
                                         const std::string& state, const std::string& pid_file) {
  const Nanos alone =
      ends_with_run(asked) ? std::min(spec.orphan_limit, kAfterBench) : spec.orphan_limit;
  std::vector<std::string> argv = {"attach",
                                   "--state",
                                   state,
                                   "--run",
                                   run,
                                   "--orphan-limit",
                                   std::to_string(alone / kMillisecond) + "ms",
                                   "--period",
                                   std::to_string(spec.sample / kMicrosecond) + "us"};
  if (!board.sysroot.empty()) {
    argv.push_back("--sysroot");
    argv.push_back(board.sysroot);
  }
  if (!pid_file.empty()) {
    argv.push_back("--pid-file");
    argv.push_back(pid_file);
  }
  return argv;
}

// A link of pipes is no board's; one over a network may be the board's or the network's.
control::LinkTerms link_terms(const RunSpec& spec, const std::string& run, bool remote) {
  const ProcessId self = this_process();
  control::LinkTerms terms;
  terms.run = run;
  terms.controller = "pid " + std::to_string(self.pid) + ", started at " +
                     std::to_string(self.start_time) + ", boot " + self.boot_id;
  terms.patience = std::max(spec.orphan_limit, kLeastPatience);
  terms.blame = remote ? Blame::unknown : Blame::rig;
  return terms;
}

// Where a ping to the board goes, as ssh's configuration has it.
void find_ping(const BoardAddress& address, Way& way) {
  auto argv = board::ssh_argv(address, "true");
  argv.insert(argv.begin() + 1, "-G");
  const auto said = run_briefly(argv, kConfigurationWithin);
  const auto target = said ? board::ping_target(said->output) : Result<std::string>(said.error());
  way.host_of_ping = target ? *target : std::string();
  way.no_ping = target ? std::string() : target.error().what;
}

// Held by the agent, so that two rigs do not drive one board: of the host by which it is reached,
// whoever logs in there.
std::string lease_of(const ReachedBoard& board) {
  BoardAddress address = board.address;
  address.user.clear();
  std::string name = address.text();
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && c != '.' && c != '-') c = '_';
  }
  return board.run_file(name + ".lease");
}

// How the rig looks at a board beside its agent's link, and brings it back.
Result<control::BoardWays> ways_to(const Way& way, const BoardSpec& board) {
  control::BoardWays out;
  std::vector<std::string> words = {"last-death"};
  if (!board.sysroot.empty()) words.insert(words.end(), {"--sysroot", board.sysroot});
  auto last_death = way.agent(words);
  if (!last_death) return last_death.error();
  out.last_death = std::move(*last_death);
  out.no_ping = way.no_ping;
  if (!way.remote) return out;
  out.remote = true;
  out.knock = board::ssh_argv(way.remote->address, "exec true");
  if (!way.host_of_ping.empty()) {
    out.ping = {"ping", "-n", "-q", "-c", "2", "-w", "5", "--", way.host_of_ping};
  }
  if (!board.recovery || board.recovery->reboot_argv.empty()) return out;
  const auto reboot = board::remote_command(board.recovery->reboot_argv);
  if (!reboot) return reboot.error();
  out.reboot = board::ssh_argv(way.remote->address, *reboot);
  return out;
}

}  // namespace

Result<std::vector<std::string>> Way::agent(std::vector<std::string> args) const {
  if (remote) return remote->agent(args);
  args.insert(args.begin(), sibling_program("soakrig-agent"));
  return args;
}

Result<std::vector<Way>> find_ways(const RunSpec& spec) {
  std::vector<Way> ways(spec.boards.size());
  std::vector<BoardErrand> errands;
  std::vector<std::size_t> whose;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    if (spec.boards[i].connect == "local") continue;
    auto address = parse_board_address(spec.boards[i].connect);
    if (!address) return address.error();
    errands.push_back({std::move(*address), models_of(spec)});
    whose.push_back(i);
  }
  if (errands.empty()) return ways;
  auto reached = reach_boards(errands, program_folder());
  for (std::size_t i = 0; i < reached.size(); ++i) {
    Way& way = ways[whose[i]];
    if (reached[i]) {
      way.remote = std::move(*reached[i]);
      find_ping(way.remote->address, way);
      name_engines(spec, way.remote->moved);
    } else {
      way.refused = reached[i].error().message();
    }
  }
  const auto refused = [](const Way& way) { return !way.refused.empty(); };
  if (!std::ranges::all_of(ways, refused)) return ways;
  Error error = reached.front().error();
  error.what = "board '" + spec.boards.front().name + "': " + error.what;
  return error;
}

Result<std::vector<guard::BoardCommand>> load_off(const RunSpec& spec,
                                                  const std::vector<Way>& ways) {
  std::vector<guard::BoardCommand> out;
  for (std::size_t i = 0; i < spec.boards.size(); ++i) {
    if (!ways[i].refused.empty()) continue;
    auto argv = ways[i].agent({"--stop", ways[i].pid_file});
    if (!argv) return argv.error();
    out.push_back({spec.boards[i].name, for_guard(std::move(*argv))});
    const bool asked = std::ranges::any_of(
        spec.workloads, [&](const WorkloadSpec& w) { return asks_from_rig(w, spec.boards[i]); });
    if (!asked) continue;
    out.push_back({spec.boards[i].name + ", asked from here",
                   {sibling_program("soakrig-agent"), "--stop", ways[i].client_pid_file}});
  }
  return out;
}

Result<void> set_up_boards(const RunSpec& spec, const std::vector<BoardSpec>& asked,
                           const std::string& run, const std::vector<Way>& ways,
                           control::EngineParts& parts) {
  const bool any_local = std::ranges::any_of(ways, [](const Way& way) { return !way.remote; });
  const auto programs = any_local ? program_facts(spec, program_folder()) : control::BoardFacts();
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const Way& way = ways[i];
    parts.refused.push_back(way.refused);
    parts.moved.emplace_back();
    parts.facts.push_back(way.remote ? way.remote->facts(spec) : programs);
    parts.agents.emplace_back();
    parts.links.push_back(link_terms(spec, run, way.remote.has_value()));
    if (!way.refused.empty()) continue;
    if (way.remote) parts.moved.back() = way.remote->moved;
    const std::string state = way.remote
                                  ? way.remote->run_file(run + "-" + std::to_string(i) + ".state")
                                  : agent_state(run, i);
    auto words = agent_arguments(spec, asked[i], spec.boards[i], run, state, way.pid_file);
    if (way.remote) words.insert(words.end(), {"--lease", lease_of(*way.remote)});
    auto argv = way.agent(words);
    if (!argv) return argv.error();
    parts.agents.back() = std::move(*argv);
    auto beside = ways_to(way, spec.boards[i]);
    if (!beside) return beside.error();
    parts.links.back().ways = std::move(*beside);
  }
  return {};
}

void set_up_clients(const RunSpec& spec, const std::string& run, const std::vector<Way>& ways,
                    control::EngineParts& parts) {
  for (std::size_t i = 0; i < spec.boards.size(); ++i) {
    const BoardSpec& board_spec = spec.boards[i];
    const bool asked = std::ranges::any_of(
        spec.workloads, [&](const WorkloadSpec& w) { return asks_from_rig(w, board_spec); });
    if (!asked || !ways[i].refused.empty()) continue;
    BoardSpec here = board_spec;
    here.sysroot.clear();
    auto words =
        agent_arguments(spec, here, here, run, client_state(run, spec, i), ways[i].client_pid_file);
    words.insert(words.end(), {"--only", "none"});
    words.insert(words.begin(), sibling_program("soakrig-agent"));
    const BoardAddress& address = ways[i].remote->address;
    const auto said = ask_program(board::ssh_look_up_argv(address), {}, true);
    const std::string host = said ? board::host_in(said->output) : std::string();
    parts.clients.push_back(
        {i, std::move(words), link_terms(spec, run, false), host.empty() ? address.host : host});
  }
}

}  // namespace soakrig::app
