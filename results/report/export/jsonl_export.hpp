// SPDX-License-Identifier: Apache-2.0
//
// A run as JSON Lines (docs/formats/jsonl_export.md): the run, its sources with their channels,
// then every row, gap and event, one object a line. Reads with `jq`.
#pragma once

#include <string>

#include "results/report/run_clock.hpp"
#include "results/store/reader.hpp"
#include "rig/base/result.hpp"

namespace soakrig::report {

[[nodiscard]] Result<void> export_jsonl(const store::Reader& reader, const RunClock& clock,
                                        const std::string& path);

}  // namespace soakrig::report
