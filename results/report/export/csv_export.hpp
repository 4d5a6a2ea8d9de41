// SPDX-License-Identifier: Apache-2.0
//
// A run as CSV tables, one a source and one of events (docs/formats/csv_export.md): RFC 4180,
// UTF-8. A cell without a reading is empty and the row says why; a gap is a row of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/report/run_clock.hpp"
#include "results/store/reader.hpp"
#include "rig/base/result.hpp"

namespace soakrig::report {

// Makes the folder if it is missing, and writes BOARD.SOURCE.csv (rig.SOURCE.csv for what belongs
// to no board) and events.csv. The paths written, in order.
[[nodiscard]] Result<std::vector<std::string>> export_csv(const store::Reader& reader,
                                                          const RunClock& clock,
                                                          const std::string& folder);

// One cell of text: quoted where it must be; what a spreadsheet would run as a formula gets a ' in
// front.
[[nodiscard]] std::string csv_text(std::string_view text);

}  // namespace soakrig::report
