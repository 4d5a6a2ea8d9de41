// SPDX-License-Identifier: Apache-2.0
//
// Changes a closed run in every way that a record can change, one at a time: each column of each
// row by SQL, and single bits of the file below SQLite. verify must name the record, or say that
// the file is damaged; it may call a file intact only where every record still reads as it did.
// SOAKRIG_CAMPAIGN=full flips a bit in every byte.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "results/store/read_session.hpp"
#include "tests/results/store/evidence_fixture.hpp"

namespace soakrig::store {
namespace {

struct Cell {
  std::string table, from, key, row, column;
};

std::vector<Cell> cells_of(const std::string& path) {
  std::vector<Cell> cells;
  auto database = open_for_writing(path);
  for (const CoveredTable& table : covered_tables()) {
    if (table.name == "schema") continue;  // its rows are changed by DDL: verify_test
    auto rows = database.prepare(select_rows(table));
    auto columns = database.prepare("SELECT name FROM pragma_table_info(?)");
    REQUIRE(rows);
    REQUIRE(columns);
    REQUIRE(columns->bind(table.name));
    std::vector<std::string> names;
    while (columns->step().value()) names.push_back(columns->text(0));
    while (rows->step().value()) {
      for (const std::string& column : names) {
        cells.push_back({std::string(table.name), std::string(table.from), std::string(table.key),
                         rows->text(0), column});
      }
    }
  }
  return cells;
}

// Another value of the same type, so that STRICT takes it.
std::string changed(const std::string& column) {
  return "CASE typeof(" + column + ") WHEN 'integer' THEN " + column + "+1000 WHEN 'real' THEN " +
         column + "+0.5 WHEN 'text' THEN " + column + "||' ' WHEN 'blob' THEN CAST(" + column +
         "||x'00' AS BLOB) ELSE NULL END";
}

// Everything that the records of a run say, by way of the reader's connection; nothing where the
// file cannot be read to its end.
std::optional<std::string> content_of(const std::string& path) {
  const SessionSource source(path);
  auto database = source.open();
  if (!database) return std::nullopt;
  std::string out;
  for (const CoveredTable& table : covered_tables()) {
    auto rows = database->prepare(select_rows(table));
    if (!rows) return std::nullopt;
    for (;;) {
      const auto row = rows->step();
      if (!row) return std::nullopt;
      if (!*row) break;
      out += canonical_row(table, *rows, "salt") + "\n";
    }
  }
  return out;
}

TEST_CASE("a change of any column of any row is found and its record is named") {
  const ClosedRun run;
  const std::string copy = run.directory.file("copy.soak");
  std::size_t changes = 0;
  for (const Cell& cell : cells_of(run.path)) {
    std::filesystem::copy_file(run.path, copy, std::filesystem::copy_options::overwrite_existing);
    {
      auto database = open_for_writing(copy);
      const std::string sql = "UPDATE " + cell.from + " SET " + cell.column + "=" +
                              changed(cell.column) + " WHERE " + cell.key + "='" + cell.row +
                              "' AND " + cell.column + " IS NOT NULL";
      INFO(sql);
      REQUIRE(database.execute(sql.c_str()));
      if (database.query_integer("SELECT changes()").value() == 0) continue;  // NULL
    }
    ++changes;
    INFO(cell.table << " " << cell.row << " " << cell.column);
    CHECK(first_altered(copy) == cell.table + " " + cell.row);
  }
  CHECK(changes > 100);
}

TEST_CASE("a listing that was made anew matches itself, but has another head") {
  // The control: without the signature over the head, whoever owns the file could do this.
  const ClosedRun run;
  const std::string head = read_evidence(run.path)->head;
  change(run.path, "UPDATE event SET severity=2");
  {
    auto database = open_for_writing(run.path);
    const CoveredTable& table = *find_covered("event");
    auto row = database.prepare(select_rows(table));
    REQUIRE(row);
    REQUIRE(row->step().value());
    const Digest hash = record_hash(table, *row, read_salt(database).value());
    auto update = database.prepare("UPDATE evidence SET hash=? WHERE record=?");
    REQUIRE(update);
    REQUIRE(update->run(Bytes(hash.begin(), hash.end()), "event " + row->text(0)));
  }
  const auto found = verify(run.path);
  REQUIRE(found);
  CHECK_FALSE(found->altered);
  CHECK(found->evidence.head != head);
}

TEST_CASE("a flipped bit is found wherever it changes what a record says") {
  const ClosedRun run;
  const std::string copy = run.directory.file("copy.soak");
  const auto size = std::filesystem::file_size(run.path);
  const char* campaign = std::getenv("SOAKRIG_CAMPAIGN");
  const bool full = campaign != nullptr && std::string(campaign) == "full";
  const std::uintmax_t step = full ? 1 : 401;  // a prime: every region of a page is met
  const auto original = content_of(run.path);
  REQUIRE(original);
  std::size_t found = 0, harmless = 0, unreadable = 0;
  for (std::uintmax_t at = 0; at < size; at += step) {
    std::filesystem::copy_file(run.path, copy, std::filesystem::copy_options::overwrite_existing);
    {
      std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(static_cast<std::streamoff>(at));
      const int byte = file.get();
      file.seekp(static_cast<std::streamoff>(at));
      file.put(static_cast<char>(byte ^ (1 << (at % 8))));
    }
    const auto verified = verify(copy);
    INFO("byte " << at);
    if (!verified) {
      ++unreadable;
      CHECK_FALSE(verified.error().what.empty());
    } else if (verified->altered) {
      ++found;
    } else {
      // Called intact: then it must be.
      ++harmless;
      CHECK(content_of(copy) == original);
    }
    std::filesystem::remove(copy + "-wal");
    std::filesystem::remove(copy + "-shm");
  }
  CHECK(found > 10);
  CHECK(found + unreadable + harmless == (size + step - 1) / step);
}

}  // namespace
}  // namespace soakrig::store
