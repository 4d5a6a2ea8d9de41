// SPDX-License-Identifier: Apache-2.0
//
// The workload `exec`: runs a program that does not speak the workload protocol, again and again
// without a gap, and reads its output by an engine file (docs/howto/add_an_engine.md). One run is
// one work cycle. When a run ends badly this process ends in the same way.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workloads/catalogue.hpp"
#include "workloads/workload.hpp"

namespace soakrig::workloads {

struct ExecOptions {
  std::string engine;                  // name or path
  std::vector<std::string> set;        // NAME=VALUE, options of the engine file
  std::vector<std::string> extra;      // arguments after those of the file
  std::optional<double> ops_per_work;  // instead of the file's
  std::string density{};               // of its model, for claims: "dense", "sparse", or not said
};

// Finds engine, options and program; starts nothing. The clock is borrowed.
[[nodiscard]] Result<std::unique_ptr<Workload>> make_exec(const ExecOptions& options,
                                                          const Clock& clock);
[[nodiscard]] std::unique_ptr<WorkloadCommand> exec_command();

}  // namespace soakrig::workloads
