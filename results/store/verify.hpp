// SPDX-License-Identifier: Apache-2.0
//
// Is a file what was sealed? Compares every record with its line in the listing (chain.hpp) and
// names the first that differs. Says nothing about who made the listing: that is the signature's
// part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "results/store/model.hpp"
#include "rig/base/result.hpp"

namespace soakrig::store {

struct Evidence {
  std::uint64_t records = 0;
  std::string head;       // 64 hex digits; empty in a file of version 1
  bool complete = false;  // every record is listed: the run was closed
};

struct Alteration {
  std::string table, row, what;
};

struct Verification {
  Evidence evidence;
  RunHeader header;
  RunState state = RunState::interrupted;
  std::optional<Alteration> altered;  // the first
  std::uint64_t withheld = 0;         // rows and values that a redacted copy leaves out
};

// The listing's head, without a look at the records.
[[nodiscard]] Result<Evidence> read_evidence(const std::string& path);

// but_samples: the blobs of samples and summaries are left out, which are nearly all of a long
// run's bytes: quick enough for whoever only shows it.
enum class Scope { everything, but_samples };

// An error only where the file cannot be read as a run at all.
[[nodiscard]] Result<Verification> verify(const std::string& path, Scope scope = Scope::everything);

// What is signed: the run's id, its number of records and its head, as text.
[[nodiscard]] std::string manifest(const std::string& run_id, const Evidence& evidence);

}  // namespace soakrig::store
