// SPDX-License-Identifier: Apache-2.0
//
// A copy of a closed run to send abroad: without its raw samples, without serials and hosts, and
// still the same evidence. Its list of hashes is the run's, so its head and its signature are, too;
// what is left out is named in its table `withheld` (docs/formats/evidence.md). The run is only
// read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig::store {

struct ExportOptions {
  bool thin = false;               // no axes, no chunks: summaries, events and the judgement stay
  bool redact = false;             // no serials, hosts, addresses, paths; no profile text
  std::vector<std::string> words;  // names that must not be in the copy either; implies redact
};

struct Exported {
  std::uint64_t bytes = 0;
  std::uint64_t rows_withheld = 0, values_withheld = 0;
  bool judgement_withheld = false;  // it says what may not be told: the copy has the verdict only
  bool signed_too = false;          // the signature was copied beside it
};

// `to` must not exist (Errc::busy). Errc::corrupt where the run is altered, unsupported where it
// has no hashes or is not closed, invalid where a word stands in a row that cannot be left out.
// After an error nothing is left behind.
[[nodiscard]] Result<Exported> export_copy(const std::string& from, const std::string& to,
                                           const ExportOptions& options);

}  // namespace soakrig::store
