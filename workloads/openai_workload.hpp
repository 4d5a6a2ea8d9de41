// SPDX-License-Identifier: Apache-2.0
//
// The workload `openai`: asks an inference engine over HTTP, as many at once or as often as a load
// shape says, and measures how it answers. Work is what the engine says it made; a cycle is a slice
// in which answers ended. docs/formats/openai_load.md has the formulas.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rig/base/time.hpp"
#include "workloads/catalogue.hpp"
#include "workloads/openai/load_client.hpp"
#include "workloads/workload.hpp"

namespace soakrig::workloads {

struct OpenaiOptions {
  ClientOptions client;
  PromptOptions prompts;
  Nanos ready_within = 60 * kSecond;  // from the start until the first good answer
  bool calibrate = true;
  // The engine's program and its words; empty = somebody else runs it. It is this process's child:
  // where it ends by itself, the process ends with its code or signal.
  std::vector<std::string> start;
  std::map<std::string, std::string> facts;  // further ones for the ready line
};

// Errors of the options are found here; whether the engine answers, in prepare(). The clock is
// borrowed.
[[nodiscard]] Result<std::unique_ptr<Workload>> make_openai(const OpenaiOptions& options,
                                                            const Clock& clock);
[[nodiscard]] std::unique_ptr<WorkloadCommand> openai_command();

}  // namespace soakrig::workloads
