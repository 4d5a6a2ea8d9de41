// SPDX-License-Identifier: Apache-2.0
#include "rig/app/engine_references.hpp"

#include <unistd.h>

#include <algorithm>
#include <string>

#include "rig/base/spawn.hpp"
#include "workloads/cycle/cycle_plan.hpp"
#include "workloads/exec/engine_library.hpp"

namespace soakrig::app {

namespace {

std::vector<std::string> values_of(const std::vector<std::string>& argv, std::string_view flag) {
  std::vector<std::string> out;
  for (const std::string& arg : argv) {
    if (arg.starts_with(flag)) out.push_back(arg.substr(flag.size()));
  }
  return out;
}

std::vector<std::string> set_of(const std::vector<std::string>& argv) {
  std::vector<std::string> out = values_of(argv, "--set=");
  const auto model = std::ranges::find(argv, "--model");
  if (model != argv.end() && model + 1 != argv.end()) out.push_back("model=" + *(model + 1));
  return out;
}

// Empty = nothing is missing.
Error look_for_engine(const WorkloadSpec& workload, bool on_this_machine) {
  const auto engine = workloads::load_engine(workload.argv.at(2));
  if (!engine) return engine.error();
  const auto options = workloads::options_for(*engine, set_of(workload.argv));
  if (!options) return options.error();
  std::string works;
  for (const workloads::Rule& rule : engine->rules) {
    if (rule.kind != workloads::RuleKind::work) continue;
    if (rule.name == workload.work) works = workload.work;
    if (works != workload.work) works += (works.empty() ? "" : ", ") + rule.name;
  }
  const bool counts_ops =
      workload.work == "ops" &&
      (engine->ops_per_work ||
       std::ranges::find(workload.argv, "--ops-per-work") != workload.argv.end());
  if (works != workload.work && !counts_ops) {
    return {Errc::not_found, "engine " + engine->name + " does no work '" + workload.work + "'",
            "it does " + works};
  }
  if (!on_this_machine) return {};
  const std::string program =
      find_program(workloads::filled_in({engine->argv.front()}, *options).front());
  if (::access(program.c_str(), X_OK) == 0) return {};
  return {Errc::not_found, "the program of engine " + engine->name + " is not installed",
          "install it, or put its folder into PATH", program};
}

}  // namespace

std::vector<Error> missing_engines(const RunSpec& spec) {
  std::vector<Error> out;
  const bool on_this_machine =
      std::ranges::all_of(spec.boards, [](const BoardSpec& b) { return b.connect == "local"; });
  for (const WorkloadSpec& workload : spec.workloads) {
    if (workload.kind != "engine" || workload.argv.size() < 3) continue;
    Error error = look_for_engine(workload, on_this_machine);
    if (error.what.empty()) continue;
    error.code = Errc::not_found;
    error.what = "workload '" + workload.name + "': " + error.what;
    out.push_back(std::move(error));
  }
  return out;
}

}  // namespace soakrig::app
