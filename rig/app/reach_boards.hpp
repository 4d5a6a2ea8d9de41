// SPDX-License-Identifier: Apache-2.0
//
// Brings what a run needs to its boards that are reached over ssh, all side by side, and says how
// their agent is started there.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rig/base/board_address.hpp"
#include "rig/base/result.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/board/deploy.hpp"

namespace soakrig::app {

struct BoardErrand {
  BoardAddress address;
  std::vector<std::string> models;  // files here that it shall have as well
};

// A board that has got everything.
struct ReachedBoard {
  BoardAddress address;
  board::Deployed deployed;
  std::vector<board::Cargo> cargo;
  std::map<std::string, std::string> moved;  // model file here -> there

  // The ssh that runs the agent there with these arguments.
  [[nodiscard]] Result<std::vector<std::string>> agent(const std::vector<std::string>& args) const;
  [[nodiscard]] std::string run_file(const std::string& name) const;  // a path in its folder run
  // As program_facts() says them, of the files that it got.
  [[nodiscard]] std::map<std::string, std::string> facts(const RunSpec& spec) const;
};

// The models that the workloads of a run are given by file, and the engine files that they use.
[[nodiscard]] std::vector<std::string> models_of(const RunSpec& spec);
// An engine that a profile names is found there too: its name is moved as its file is.
void name_engines(const RunSpec& spec, std::map<std::string, std::string>& moved);

// One result an errand, in their order. `programs`: the folder of this program.
[[nodiscard]] std::vector<Result<ReachedBoard>> reach_boards(
    const std::vector<BoardErrand>& errands, const std::string& programs);

}  // namespace soakrig::app
