// SPDX-License-Identifier: Apache-2.0
//
// What an engine says of itself and of its model, by the paths that engines have: /v1/models,
// /props (llama-server), /version (vLLM, TensorRT-LLM), /api/version (Ollama). Kept with the run,
// so that two runs can be told apart by what answered. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace soakrig::workloads {

// Paths to ask, in order; an engine knows some of them.
[[nodiscard]] const std::vector<std::string>& fact_paths();
// Adds what the answer tells: engine_model, engine_parameters, engine_model_bytes, engine_context,
// engine_slots, engine_version. What it does not know it passes over.
void add_engine_facts(std::string_view path, std::string_view body,
                      std::map<std::string, std::string>& facts);

}  // namespace soakrig::workloads
