// SPDX-License-Identifier: Apache-2.0
//
// The engines that there are, for people and as JSON (docs/formats/engine_file.md).
#pragma once

#include <string>

namespace soakrig::workloads {

// A row each: name, whether its program is installed here, versions that it was run with, summary.
// A file that cannot be read is listed with its error.
[[nodiscard]] std::string engine_listing(bool as_json);

}  // namespace soakrig::workloads
