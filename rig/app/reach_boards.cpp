// SPDX-License-Identifier: Apache-2.0
#include "rig/app/reach_boards.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>

#include "rig/app/board_programs.hpp"
#include "rig/base/client_place.hpp"
#include "rig/board/ssh_command.hpp"
#include "workloads/exec/engine_library.hpp"

namespace soakrig::app {
namespace {

// Every file is read once, whichever number of boards gets it.
class Scales {
 public:
  // Models may take seconds: before anybody waits for an answer.
  Scales(std::string programs, const std::vector<BoardErrand>& errands)
      : programs_(std::move(programs)) {
    for (const BoardErrand& errand : errands) {
      for (const std::string& model : errand.models) {
        if (!models_.contains(model)) models_.emplace(model, weigh(model));
      }
    }
  }

  Result<std::vector<board::Cargo>> pack(const std::string& machine,
                                         const std::vector<std::string>& models) {
    auto known = machines_.find(machine);
    if (known == machines_.end()) {
      known = machines_.emplace(machine, board_programs(machine, programs_)).first;
    }
    if (!known->second) return known->second.error();
    std::vector<board::Cargo> out = *known->second;
    for (const std::string& model : models) {
      const auto& weighed = models_.at(model);
      if (!weighed) return weighed.error();
      out.push_back(*weighed);
    }
    return out;
  }

 private:
  std::string programs_;
  std::map<std::string, Result<std::vector<board::Cargo>>> machines_;
  std::map<std::string, Result<board::Cargo>> models_;
};

std::string model_of(const WorkloadSpec& workload) {
  // What an engine behind an address calls its model is a name, and no file.
  const char* const name = asks_engine(workload) ? "--model-file" : "--model";
  const auto flag = std::ranges::find(workload.argv, name);
  return flag == workload.argv.end() || flag + 1 == workload.argv.end() ? "" : *(flag + 1);
}

// The engine file that `soakrig-work exec` is given, by name or path; empty = none.
std::string engine_of(const WorkloadSpec& workload) {
  if (workload.kind != "engine" || workload.argv.size() < 3) return {};
  const auto path = workloads::engine_path(workload.argv[2]);
  return path ? *path : std::string();  // one that is missing is refused by name elsewhere
}

}  // namespace

Result<std::vector<std::string>> ReachedBoard::agent(const std::vector<std::string>& args) const {
  std::vector<std::string> argv = {deployed.places.at("soakrig-agent")};
  argv.insert(argv.end(), args.begin(), args.end());
  const auto command = board::remote_command(argv);
  if (!command) return command.error();
  return board::ssh_argv(address, *command);
}

std::string ReachedBoard::run_file(const std::string& name) const {
  return deployed.folder + "/run/" + name;
}

std::map<std::string, std::string> ReachedBoard::facts(const RunSpec& spec) const {
  std::map<std::string, std::string> out;
  const auto add = [&](const std::string& key, const std::string& what) {
    for (const board::Cargo& each : cargo) {
      if ((each.program ? each.name : each.file) != what) continue;
      out[key] = what.substr(what.rfind('/') + 1) + ", " + std::to_string(each.bytes) +
                 " bytes, sha256 " + each.sha256;
    }
  };
  for (const WorkloadSpec& workload : spec.workloads) {
    if (workload.argv.empty()) continue;
    add("program." + workload.name, workload.argv[0]);
    add("model." + workload.name, model_of(workload));
    add("engine_file." + workload.name, engine_of(workload));
  }
  return out;
}

std::vector<std::string> models_of(const RunSpec& spec) {
  std::vector<std::string> out;
  for (const WorkloadSpec& workload : spec.workloads) {
    for (const std::string& file : {model_of(workload), engine_of(workload)}) {
      if (!file.empty() && std::ranges::find(out, file) == out.end()) out.push_back(file);
    }
  }
  return out;
}

void name_engines(const RunSpec& spec, std::map<std::string, std::string>& moved) {
  for (const WorkloadSpec& workload : spec.workloads) {
    const auto there = moved.find(engine_of(workload));
    if (there == moved.end() || there->first == workload.argv[2]) continue;
    const std::string place = there->second;
    moved[workload.argv[2]] = place;
  }
}

std::vector<Result<ReachedBoard>> reach_boards(const std::vector<BoardErrand>& errands,
                                               const std::string& programs) {
  boost::asio::io_context io;
  Scales scales(programs, errands);
  std::vector<ReachedBoard> boards(errands.size());
  std::vector<std::optional<Result<board::Deployed>>> done(errands.size());
  std::vector<std::unique_ptr<board::Deploy>> deploys;
  for (std::size_t i = 0; i < errands.size(); ++i) {
    deploys.push_back(std::make_unique<board::Deploy>(
        io, errands[i].address,
        [&, i](const std::string& machine) {
          auto cargo = scales.pack(machine, errands[i].models);
          if (cargo) boards[i].cargo = *cargo;
          return cargo;
        },
        [&, i](Result<board::Deployed> result) {
          done[i].emplace(std::move(result));
          deploys[i].reset();
        }));
  }
  io.run();
  std::vector<Result<ReachedBoard>> out;
  for (std::size_t i = 0; i < errands.size(); ++i) {
    if (!done[i] || !*done[i]) {
      out.emplace_back(done[i] ? done[i]->error()
                               : Error{Errc::io, "the way to " + errands[i].address.text() +
                                                     " ended without an answer"});
      continue;
    }
    boards[i].address = errands[i].address;
    boards[i].deployed = std::move(**done[i]);
    for (const board::Cargo& each : boards[i].cargo) {
      if (!each.program) boards[i].moved[each.file] = boards[i].deployed.places.at(each.name);
    }
    out.emplace_back(std::move(boards[i]));
  }
  return out;
}

}  // namespace soakrig::app
