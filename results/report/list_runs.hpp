// SPDX-License-Identifier: Apache-2.0
//
// The runs of an archive, as JSON and as a table. A file that cannot be read is listed with what is
// wrong with it, never hidden.
#pragma once

#include <span>
#include <string>

#include "results/store/archive.hpp"

namespace soakrig::report {

// {"runs":[…]}: the `run` object of show_json each, and `error` (null, or why the file is not
// readable; then everything but `file` is unknown).
[[nodiscard]] std::string list_json(std::span<const store::ArchivedRun> runs);

// Newest last, one line each.
[[nodiscard]] std::string list_text(std::span<const store::ArchivedRun> runs);

}  // namespace soakrig::report
