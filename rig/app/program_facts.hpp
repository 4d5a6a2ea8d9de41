// SPDX-License-Identifier: Apache-2.0
//
// Which files a run's workloads are: the program that is started and the model that it is given,
// by size and SHA-256 (FIPS 180-4; as sha256sum says it). Two runs with the same names and other
// files are told apart by these.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "rig/base/run_spec.hpp"

namespace soakrig::app {

// A larger file is named with its size and not hashed: it would keep the start waiting.
inline constexpr std::uint64_t kMostToHash = std::uint64_t{8} << 30;

// "program.NAME" for each workload, "model.NAME" where argv gives --model: "chat.gguf, 668788096
// bytes, sha256 9f86…". `programs`: the folder of argv[0] without '/'. Reads the files: seconds for
// a model of gigabytes. Of what cannot be read the reason stands there.
[[nodiscard]] std::map<std::string, std::string> program_facts(const RunSpec& spec,
                                                               const std::string& programs);

}  // namespace soakrig::app
