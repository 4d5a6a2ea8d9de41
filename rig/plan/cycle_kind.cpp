// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/cycle_kind.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "rig/base/quantity.hpp"
#include "rig/plan/kind_flags.hpp"

namespace soakrig::plan {

namespace {

constexpr std::string_view kCycleFaults[] = {"none",        "kill",      "corrupt",   "power-cut",
                                             "network-cut", "disk-full", "clock-step"};

// Together 100 %, each with what makes it; the workload looks again.
void check_faults(const TableReader& table, const std::vector<std::string>& faults, Build& build) {
  const auto wrong = [&](std::string what, std::string remedy) {
    build.faults.add(table.place("faults"), table.where() + " faults: " + std::move(what),
                     std::move(remedy));
  };
  double sum = 0;
  for (const std::string& text : faults) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const auto share = equals == std::string::npos ? Result<double>(Error{})
                                                   : parse_ratio(text.substr(equals + 1));
    if (std::ranges::find(kCycleFaults, name) == std::end(kCycleFaults) || !share || *share < 0) {
      wrong("'" + shown(text) + "' is none",
            suggestion(name, {std::begin(kCycleFaults), std::end(kCycleFaults)},
                       "write NAME=SHARE, such as kill=20%; there are"));
      continue;
    }
    sum += *share;
    const auto needs = [&](const char* fault, const char* key) {
      if (name != fault || *share <= 0 || table.has(key)) return;
      wrong(std::string(fault) + " has nothing that makes it", "add " + std::string(key));
    };
    needs("network-cut", "network_off");
    needs("disk-full", "disk_fill");
    needs("clock-step", "clock_step");
    needs("corrupt", "payload");
  }
  if (sum < 1 - 1e-6 || sum > 1 + 1e-6) wrong("they are not 100 % together", "correct the shares");
}

}  // namespace

void fill_cycle(const TableReader& table, WorkloadSpec& spec, Build& build) {
  spec.argv = {"soakrig-work", "cycle"};
  constexpr std::pair<const char*, const char*> kSteps[] = {
      {"update", "--update"},         {"health", "--health"},
      {"version", "--version-of"},    {"rollback", "--rollback"},
      {"restore", "--restore"},       {"power_off", "--power-off"},
      {"power_on", "--power-on"},     {"network_off", "--network-off"},
      {"network_on", "--network-on"}, {"disk_fill", "--disk-fill"},
      {"disk_free", "--disk-free"},   {"clock_step", "--clock-step"},
      {"clock_back", "--clock-back"}};
  for (const auto& [key, flag] : kSteps) {
    std::vector<std::string> argv = table.texts(key);
    if (!argv.empty() && argv[0].find('/') != std::string::npos) {
      argv[0] = resolve_path(build.folder, argv[0]);
    }
    // With '=', so that a word may begin with '-'.
    for (const std::string& word : argv) spec.argv.push_back(std::string(flag) + "=" + word);
  }
  std::vector<std::string> faults = table.texts("faults");
  if (faults.empty()) faults = {"kill=50%", "none=50%"};
  check_faults(table, faults, build);
  for (const std::string& fault : faults) pass(spec, "--fault", fault);
  if (const auto payload = table.text("payload")) {
    pass(spec, "--payload", resolve_path(build.folder, *payload));
  }
  pass(spec, "--seed", seed_of(table, build));
  pass(spec, "--step-timeout", table.text("step_timeout").value_or("60s"));
  pass(spec, "--settle", table.text("settle").value_or("30s"));
  pass(spec, "--fault-within", table.text("fault_within").value_or("2s"));
  pass(spec, "--fault-lines", table.integer("fault_lines").value_or(0));
  pass_pause(table, spec);
  spec.work = "cycles";
  spec.unit = "{cycle}";
}

}  // namespace soakrig::plan
