// SPDX-License-Identifier: Apache-2.0
//
// The tables of a .soak file and how a file is known as one: docs/formats/soak_file.md in SQL.
// A file keeps the version it was made with for ever; readers learn the older ones here.
#pragma once

#include "results/store/database.hpp"
#include "results/store/model.hpp"

namespace soakrig::store {

// Makes all tables in an empty database, in one transaction, with the header and state running.
[[nodiscard]] Result<void> create_schema(Database& database, const RunHeader& header);

// Refuses what is not ours or newer, with one clear error; else the version.
[[nodiscard]] Result<int> check_schema(Database& database);

[[nodiscard]] Result<RunHeader> read_header(Database& database);

// Run time of the end, when the run ended.
[[nodiscard]] Result<std::optional<Nanos>> read_ended(Database& database);
// True once the file left WAL mode, that is, needs no file beside it.
[[nodiscard]] Result<bool> self_contained(Database& database);
// From what the file says and whether its owner lives.
[[nodiscard]] Result<RunState> read_state(Database& database, const RunHeader& header);

}  // namespace soakrig::store
