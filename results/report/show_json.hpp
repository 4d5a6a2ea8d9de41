// SPDX-License-Identifier: Apache-2.0
//
// A judgement as the JSON document of `soakrig show --json` (docs/formats/show_json.md lists every
// key). Unknown is null, never absent; times are RFC 3339 UTC, durations seconds. This document is
// also what a finished run keeps in its file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "results/analysis/judgement.hpp"
#include "results/report/run_clock.hpp"
#include "rig/base/result.hpp"

namespace soakrig::report {

// One line of JSON. `run` is what was judged: its canaries and what its sweeps held are in the
// document too.
[[nodiscard]] std::string show_json(const analysis::Judgement& judgement,
                                    const analysis::RunView& run, const RunClock& clock);
// Of a judgement alone: without what only the run knows.
[[nodiscard]] std::string show_json(const analysis::Judgement& judgement, const RunClock& clock);

// The `run` object alone, as `list --json` gives it, with `error` (null where there is none).
[[nodiscard]] std::string run_json(const analysis::Judgement& judgement,
                                   const std::optional<std::string>& error);

// The stored document with what has changed since it was written: state, file, end. Errc::corrupt
// when it is not such a document.
[[nodiscard]] Result<std::string> refresh_json(std::string_view stored,
                                               const analysis::RunFacts& now);

// The stored document of a file that is not what was sealed: every verdict in it is inconclusive, and
// `why` is the reason.
[[nodiscard]] Result<std::string> distrusted_json(std::string_view stored, const std::string& why);

// The document with one board only; the run's own verdict stays the run's. Errc::not_found with the
// names there are.
[[nodiscard]] Result<std::string> only_board(std::string_view document, std::string_view board);

// Indented, for a terminal.
[[nodiscard]] std::string pretty_json(std::string_view document);

}  // namespace soakrig::report
