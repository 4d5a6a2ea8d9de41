// SPDX-License-Identifier: Apache-2.0
#include "rig/app/agent_home.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "rig/app/ask_program.hpp"
#include "rig/app/paths.hpp"

namespace soakrig::app {

std::string agent_home() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value != nullptr && *value == '/' ? value : "");
  };
  if (std::string own = set("SOAKRIG_AGENT_DIR"); !own.empty()) return own;
  if (const std::string state = set("XDG_STATE_HOME"); !state.empty()) {
    return state + "/soakrig/agents";
  }
  if (const std::string home = set("HOME"); !home.empty()) {
    return home + "/.local/state/soakrig/agents";
  }
  return "/var/lib/soakrig/agents";
}

std::string agent_state(const std::string& run, std::size_t board) {
  return agent_home() + "/" + run + "-" + std::to_string(board);
}

std::string client_state(const std::string& run, const RunSpec& spec, std::size_t board) {
  return agent_state(run, spec.boards.size() + board);
}

int end_agents(const std::string& run, const RunSpec& spec) {
  int ended = 0;
  for (std::size_t i = 0; i < spec.boards.size(); ++i) {
    // Of a board elsewhere, the one that asks its engine from here.
    const bool local = spec.boards[i].connect == "local";
    const std::string named =
        (local ? agent_state(run, i) : client_state(run, spec, i)) + "/agent.pid";
    if (::access(named.c_str(), R_OK) != 0) continue;
    const auto answer = ask_program({sibling_program("soakrig-agent"), "--stop", named}, {}, false);
    if (answer && answer->exit_code == 0) ++ended;
  }
  return ended;
}

void clear_agents(const std::string& run, const RunSpec& spec) {
  static_cast<void>(end_agents(run, spec));
  for (std::size_t i = 0; i < spec.boards.size(); ++i) {
    std::error_code ignored;
    std::filesystem::remove_all(agent_state(run, i), ignored);
    std::filesystem::remove_all(client_state(run, spec, i), ignored);
  }
}

}  // namespace soakrig::app
