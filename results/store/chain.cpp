// SPDX-License-Identifier: Apache-2.0
#include "results/store/chain.hpp"

#include <algorithm>

namespace soakrig::store {
namespace {

// Blobs are bound as bytes.
Bytes as_bytes(const Digest& digest) { return Bytes(digest.begin(), digest.end()); }

Result<bool> has_listing(Database& database) {
  const auto version = database.query_integer("PRAGMA user_version");
  if (!version) return version.error();
  return *version >= 2;
}

// Removes the records of every table whose rows may change.
Result<void> drop_changing(Database& database) {
  std::string tables;
  for (const CoveredTable& table : covered_tables()) {
    if (table.appended) continue;
    tables.append(tables.empty() ? "'" : ", '").append(table.name).append("'");
  }
  return database.execute(
      ("DELETE FROM evidence WHERE substr(record, 1, instr(record, ' ') - 1) IN (" + tables + ")")
          .c_str());
}

}  // namespace

Result<std::optional<Chain>> Chain::prepare(Database& database) {
  const auto listing = has_listing(database);
  if (!listing) return listing.error();
  if (!*listing) return std::optional<Chain>();
  auto salt = read_salt(database);
  if (!salt) return salt.error();
  auto insert = database.prepare("INSERT INTO evidence(record, hash) VALUES(?, ?)");
  if (!insert) return insert.error();
  // Found by its name's beginning: names of one table are listed in order of their keys.
  auto last =
      database.prepare("SELECT record FROM evidence WHERE record LIKE ? ORDER BY id DESC LIMIT 1");
  if (!last) return last.error();
  std::vector<Appended> appended;
  for (const CoveredTable& table : covered_tables()) {
    if (!table.appended) continue;
    auto rows = database.prepare(select_rows(table, "WHERE id>?"));
    if (!rows) return rows.error();
    appended.push_back({&table, std::move(*rows), -1});
  }
  return std::optional(
      Chain(std::move(*salt), std::move(*insert), std::move(*last), std::move(appended)));
}

Result<void> Chain::find_last() {
  for (Appended& one : appended_) {
    const std::string prefix = std::string(one.table->name) + " ";
    if (auto bound = last_.bind(prefix + "%"); !bound) return bound;
    const auto found = last_.step();
    if (!found) return found.error();
    one.last = *found ? std::strtoll(last_.text(0).c_str() + prefix.size(), nullptr, 10) : -1;
    last_.reset();
  }
  known_ = true;
  return {};
}

Result<void> Chain::list(const CoveredTable& table, const Statement& row) {
  const std::string record = std::string(table.name) + " " + row.text(0);
  return insert_.run(record, as_bytes(record_hash(table, row, salt_)));
}

Result<void> Chain::extend() {
  if (!known_) {
    if (auto done = find_last(); !done) return done;
  }
  for (Appended& one : appended_) {
    if (auto bound = one.rows.bind(one.last); !bound) return bound;
    for (;;) {
      const auto row = one.rows.step();
      if (!row) return row.error();
      if (!*row) break;
      if (auto done = list(*one.table, one.rows); !done) return done;
      one.last = one.rows.integer(0);
    }
    one.rows.reset();
  }
  return {};
}

Result<void> Chain::complete(Database& database) {
  if (auto done = extend(); !done) return done;
  if (auto done = drop_changing(database); !done) return done;
  for (const CoveredTable& table : covered_tables()) {
    if (table.appended) continue;
    auto rows = database.prepare(select_rows(table));
    if (!rows) return rows.error();
    for (;;) {
      const auto row = rows->step();
      if (!row) return row.error();
      if (!*row) break;
      if (auto done = list(table, *rows); !done) return done;
    }
  }
  return {};
}

Result<void> Chain::reopen(Database& database) {
  const auto listing = has_listing(database);
  if (!listing) return listing.error();
  return *listing ? drop_changing(database) : Result<void>();
}

}  // namespace soakrig::store
