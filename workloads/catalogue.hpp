// SPDX-License-Identifier: Apache-2.0
//
// Every workload of soakrig-work: an explicit list, sorted by name. A workload is one file
// NAME_workload.cpp and one line here.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "workloads/workload.hpp"

namespace CLI {
class App;
}

namespace soakrig::workloads {

// A workload's command line: declares its options, then makes the workload from what was parsed.
class WorkloadCommand {
 public:
  virtual ~WorkloadCommand() = default;
  virtual void add_options(CLI::App& parser) = 0;
  // Errc::full and Errc::io: the machine's fault; everything else: the command line's.
  [[nodiscard]] virtual Result<std::unique_ptr<Workload>> make(const Clock& clock) = 0;
};

struct WorkloadEntry {
  std::string_view name;
  std::string_view summary;  // one line
  std::unique_ptr<WorkloadCommand> (*command)();
};

[[nodiscard]] std::span<const WorkloadEntry> catalogue();

}  // namespace soakrig::workloads
