// SPDX-License-Identifier: Apache-2.0
//
// Every row of a run, source by source and in order of time, with the gaps between them: what the
// exporters of tables write. Streams: a month is never in memory at once.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "results/store/reader.hpp"
#include "rig/base/result.hpp"

namespace soakrig::report {

struct ExportSource {
  store::SourceRow source;
  std::string board;                        // empty = the rig
  std::vector<store::ChannelRow> channels;  // by column
};

// A time in which rows are missing.
struct Gap {
  Nanos from = 0, to = 0;
  std::string reason;
};

// In the order in which they were announced.
[[nodiscard]] Result<std::vector<ExportSource>> export_sources(const store::Reader& reader);

// Calls `row` for each row of `batch` and `gap` for each hole, in order of time. A regular source
// has a hole where two rows are more than 2.5 periods apart; what the store found damaged is a hole
// of any source.
[[nodiscard]] Result<void> each_row(const store::Reader& reader, const ExportSource& source,
                                    const std::function<void(const Batch&, std::size_t row)>& row,
                                    const std::function<void(const Gap&)>& gap);

// A name of anybody made into one of a file: at most 80 of A-Z a-z 0-9 . _ -, not hidden, not
// empty.
[[nodiscard]] std::string file_part(std::string_view name);

}  // namespace soakrig::report
