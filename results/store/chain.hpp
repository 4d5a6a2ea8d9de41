// SPDX-License-Identifier: Apache-2.0
//
// Writes the table `evidence`: one line for each stored record, its name and the SHA-256 of its
// canonical row, in the order in which they became final. The SHA-256 of that listing is the run's
// head, and each prefix of it has its own; whoever changes, adds or removes a record changes the
// head. Works inside its caller's transaction; belongs to the thread of its Database, which must
// outlive it and is the one that every call is given.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/store/canonical.hpp"
#include "results/store/database.hpp"

namespace soakrig::store {

class Chain {
 public:
  // Nothing for a file of version 1, which has no room for it and stays as it is.
  [[nodiscard]] static Result<std::optional<Chain>> prepare(Database& database);

  // Hashes the rows that were appended since. Cheap where there are none; meant for commits that
  // sealed something.
  [[nodiscard]] Result<void> extend();
  // At the end of a run: every record, those that could change until now too.
  [[nodiscard]] Result<void> complete(Database& database);
  // After a rollback: what was appended has to be found anew.
  void forget() { known_ = false; }

  // A run that is gone on with: the records that may change again are no part of the listing.
  [[nodiscard]] static Result<void> reopen(Database& database);

 private:
  struct Appended {
    const CoveredTable* table = nullptr;
    Statement rows;         // those after a key
    std::int64_t last = 0;  // key of the newest that is listed
  };
  Chain(std::string salt, Statement insert, Statement last, std::vector<Appended> appended)
      : salt_(std::move(salt)),
        insert_(std::move(insert)),
        last_(std::move(last)),
        appended_(std::move(appended)) {}
  [[nodiscard]] Result<void> find_last();
  [[nodiscard]] Result<void> list(const CoveredTable& table, const Statement& row);

  std::string salt_;
  Statement insert_, last_;
  std::vector<Appended> appended_;
  bool known_ = false;
};

}  // namespace soakrig::store
