// SPDX-License-Identifier: Apache-2.0
//
// The workload `llm`: a language model that reads a prompt, answers greedily and starts again, in
// fixed cycles, so that speed is comparable over hours. It counts prompt and answer tokens apart
// and checks what it says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "rig/base/time.hpp"
#include "workloads/catalogue.hpp"
#include "workloads/load_options.hpp"
#include "workloads/model/output_check.hpp"
#include "workloads/workload.hpp"

namespace soakrig::workloads {

struct LlmOptions {
  std::string shape = "auto";
  std::string model;           // a GGUF file instead of a shape
  std::string prompt_ids;      // "1,15,7": token ids instead of prompt_tokens made-up ones
  bool report_answer = false;  // an event with the tokens of the first answer
  std::string format;  // of the weights: q8_0 (also when empty) or q4_0; a file knows its own
  std::string target;  // kernels by name; empty = the best of this processor
  std::int64_t threads = kEveryCore;
  std::int64_t prompt_tokens = 64;
  std::int64_t answer_tokens = 64;
  std::int64_t check_every = 16;  // answer tokens; 0 = never
  std::uint64_t seed = 1;
  bool pin = false;
  bool self_test = true;
  std::optional<Checkpoint> golden;  // of a whole cycle, learned by an earlier instance
};

// Everything that can be wrong with the options is found here, before anything is allocated. The
// clock is borrowed.
[[nodiscard]] Result<std::unique_ptr<Workload>> make_llm(const LlmOptions& options,
                                                         const Clock& clock);

// `soakrig-work llm`'s own options and the way from them to the workload.
[[nodiscard]] std::unique_ptr<WorkloadCommand> llm_command();

}  // namespace soakrig::workloads
