// SPDX-License-Identifier: Apache-2.0
//
// The canonical form of a stored row, of which its hash is made: one line of ASCII that SQLite's
// own hex() can make too (docs/formats/evidence.md). Every table of a file is listed here; a test
// compares the list with the schema.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "results/store/database.hpp"
#include "results/store/sha256.hpp"

namespace soakrig::store {

struct CoveredTable {
  std::string_view name;
  std::string_view key;  // the column that names a row
  bool appended;         // its rows never change: hashed while the run goes on; else at the end
  std::string_view from = name;
  std::string_view columns = "*";
};

// In the order in which the end of a run hashes them. `tail` is not among them: its rows become
// others, and a run that has ended in order has none. Neither is the listing itself.
[[nodiscard]] std::span<const CoveredTable> covered_tables();
// Nothing for a name that is not listed.
[[nodiscard]] const CoveredTable* find_covered(std::string_view name);

// "SELECT key, the row FROM …" and an optional condition, in order of the key.
[[nodiscard]] std::string select_rows(const CoveredTable& table, std::string_view condition = {});

// Of the row on which a statement of select_rows stands.
[[nodiscard]] std::string canonical_row(const CoveredTable& table, const Statement& row,
                                        std::string_view salt);
[[nodiscard]] Digest record_hash(const CoveredTable& table, const Statement& row,
                                 std::string_view salt);

// The run's salt; empty where it is withheld.
[[nodiscard]] Result<std::string> read_salt(Database& database);

}  // namespace soakrig::store
