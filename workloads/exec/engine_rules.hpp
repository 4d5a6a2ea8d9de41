// SPDX-License-Identifier: Apache-2.0
//
// The rules of an engine file: [[work]], [[gauge]], [[check]], [[accuracy]], [[refused]] and
// [[fallback]]. Throws Error as TomlKeys does.
#pragma once

#include <string>
#include <vector>

#include "rig/base/toml_value.hpp"
#include "workloads/exec/engine_file.hpp"
#include "workloads/exec/toml_keys.hpp"

namespace soakrig::workloads {

// All rules of the file, work first. `form` is the file's `output`.
[[nodiscard]] std::vector<Rule> read_rules(const TomlValue& root, const std::string& file,
                                           OutputForm form);

// The regular expression of a key; nothing where the key is absent.
[[nodiscard]] std::optional<Pattern> read_pattern(const TomlKeys& keys, std::string_view key);

}  // namespace soakrig::workloads
