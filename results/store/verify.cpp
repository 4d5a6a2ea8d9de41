// SPDX-License-Identifier: Apache-2.0
#include "results/store/verify.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "results/store/canonical.hpp"
#include "results/store/read_session.hpp"
#include "results/store/schema.hpp"
#include "results/store/withhold.hpp"

namespace soakrig::store {
namespace {

constexpr std::string_view kSelectListing = "SELECT record, hash FROM evidence ORDER BY id";

struct Record {
  const CoveredTable* table = nullptr;
  std::string row;
};

// "chunk 17": nothing for what no soakrig writes.
std::optional<Record> parse_record(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const CoveredTable* table = find_covered(text.substr(0, space));
  if (table == nullptr) return std::nullopt;
  return Record{table, std::string(text.substr(space + 1))};
}

std::optional<std::int64_t> number(const std::string& row) {
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(row.data(), row.data() + row.size(), value);
  if (failed != std::errc() || end != row.data() + row.size()) return std::nullopt;
  return value;
}

// Rows of a table are listed once, in order of their key.
bool follows(const Record& record, const std::string& last) {
  if (record.table->key != "id") return record.row > last;
  const auto now = number(record.row), before = number(last);
  return now && before && *now > *before;
}

bool holds_samples(const CoveredTable& table) {
  return table.name == "axis" || table.name == "chunk" || table.name == "rollup";
}

// A row whose table is read to its end or to its damage.
bool more(Statement& rows) {
  const auto row = rows.step();
  return row && *row;
}

// How many values of a row a redacted copy left out.
std::uint64_t withheld_values(const Statement& row) {
  std::uint64_t count = 0;
  for (int column = 1; column < row.columns(); ++column) {
    if (row.type(column) != Statement::Type::text) continue;
    const std::string_view text = row.text_view(column);
    const std::string mark = "\"" + std::string(kWithheld);
    for (std::size_t at = text.find(mark); at != std::string_view::npos;
         at = text.find(mark, at + 1)) {
      ++count;
    }
  }
  return count;
}

class Verifier {
 public:
  Verifier(Database& database, Scope scope, Verification& out)
      : database_(database), scope_(scope), out_(out) {}

  Result<void> prepare() {
    auto salt = read_salt(database_);
    if (!salt) return salt.error();
    salt_ = std::move(*salt);
    for (const CoveredTable& table : covered_tables()) {
      auto select = database_.prepare(select_rows(table, "WHERE " + std::string(table.key) + "=?"));
      if (!select) return select.error();
      selects_.emplace(&table, std::move(*select));
    }
    return read_withheld();
  }

  // Before all others: every hash of a value that can be withheld depends on it.
  Result<bool> compare_salt() {
    auto line = database_.prepare("SELECT hash FROM evidence WHERE record='meta salt'");
    if (!line) return line.error();
    const auto listed = line->step();
    if (!listed) return alter({"evidence", "", "cannot be read: " + listed.error().what});
    if (!*listed || withheld_.contains("meta salt")) return true;
    const Record salt{find_covered("meta"), "salt"};
    Result<bool> same = compare(salt, line->blob_view(0));
    listed_.erase(salt.table);
    return same;
  }

  // Against each line of the listing in turn; false at the first that differs.
  Result<bool> compare() {
    auto listing = database_.prepare(kSelectListing);
    if (!listing) return listing.error();
    Sha256 head;
    for (;;) {
      const auto line = listing->step();
      if (!line)
        return alter({"evidence", std::to_string(out_.evidence.records + 1),
                      "cannot be read: " + line.error().what});
      if (!*line) break;
      const std::string name = listing->text(0);
      ++out_.evidence.records;
      head.add(name + " " + lower_hex(listing->blob_view(1)) + "\n");
      const auto record = parse_record(name);
      if (!record) {
        return alter({"evidence", std::to_string(out_.evidence.records), "names no record"});
      }
      if (auto same = compare(*record, listing->blob_view(1)); !same || !*same) return same;
    }
    out_.evidence.head = lower_hex(head.finish());
    return true;
  }

  // Rows that no line names.
  Result<bool> find_added() {
    out_.evidence.complete = listed_.contains(find_covered("meta"));
    for (const CoveredTable& table : covered_tables()) {
      if (!out_.evidence.complete) break;  // not closed yet: rows may be new
      if (auto same = find_added(table); !same || !*same) return same;
    }
    const auto frames = database_.query_integer("SELECT count(*) FROM tail");
    if (!frames) return alter({"tail", "", "cannot be read: " + frames.error().what});
    if (out_.evidence.complete && *frames > 0)
      return alter({"tail", "", "has rows, though the run was closed"});
    return true;
  }

  // What no record shows: an index or a page that was damaged.
  Result<bool> check_structure() {
    const auto sound = database_.query_text("PRAGMA integrity_check(1)");
    if (sound && *sound == "ok") return true;
    return alter(
        {"file", "", "its structure is damaged: " + (sound ? *sound : sound.error().what)});
  }

 private:
  bool alter(Alteration what) {
    out_.altered = std::move(what);
    return false;
  }

  Result<void> read_withheld() {
    const auto there = database_.query_integer(
        "SELECT count(*) FROM sqlite_schema WHERE type='table' AND name='withheld'");
    if (!there) return there.error();
    if (*there == 0) return {};
    auto rows = database_.prepare("SELECT record FROM withheld");
    if (!rows) return rows.error();
    for (;;) {
      const auto row = rows->step();
      if (!row) return row.error();
      if (!*row) return {};
      withheld_.insert(rows->text(0));
    }
  }

  Result<bool> compare(const Record& record, ByteSpan hash) {
    const std::string name(record.table->name);
    auto& listed = listed_[record.table];
    if (listed.count > 0 && !follows(record, listed.last)) {
      return alter({name, record.row, "is listed twice or out of order"});
    }
    ++listed.count;
    listed.last = record.row;
    if (scope_ == Scope::but_samples && holds_samples(*record.table)) return true;
    Statement& select = selects_.at(record.table);
    const auto key = number(record.row);
    const bool by_number = record.table->key == "id";
    if (by_number && !key) return alter({name, record.row, "is no row's name"});
    if (auto bound = by_number ? select.bind(*key) : select.bind(record.row); !bound)
      return bound.error();
    const auto row = select.step();
    if (!row) return alter({name, record.row, "cannot be read: " + row.error().what});
    bool same = true;
    if (!*row) {
      same = withheld_.contains(name + " " + record.row) || alter({name, record.row, "is missing"});
      out_.withheld += same ? 1 : 0;
      listed.count -= same ? 1 : 0;
    } else {
      const Digest found = record_hash(*record.table, select, salt_);
      out_.withheld += withheld_values(select);
      same = std::ranges::equal(found, hash) ||
             alter({name, record.row, "was changed: it does not match its hash"});
    }
    select.reset();
    return same;
  }

  Result<bool> find_added(const CoveredTable& table) {
    const std::string name(table.name);
    if (scope_ == Scope::but_samples && holds_samples(table)) return true;
    const auto count = database_.query_integer("SELECT count(*) FROM " + std::string(table.from));
    if (!count) return alter({name, "", "cannot be read: " + count.error().what});
    if (*count == static_cast<std::int64_t>(listed_[&table].count)) return true;
    std::set<std::string> known;
    auto listing = database_.prepare(kSelectListing);
    if (!listing) return listing.error();
    while (more(*listing)) {
      if (const auto record = parse_record(listing->text(0)); record && record->table == &table) {
        known.insert(record->row);
      }
    }
    auto rows = database_.prepare(select_rows(table));
    if (!rows) return rows.error();
    while (more(*rows)) {
      if (!known.contains(rows->text(0))) {
        return alter({name, rows->text(0), "was added: no line of the listing names it"});
      }
    }
    return alter({name, "", "has other rows than the listing"});
  }

  struct Listed {
    std::uint64_t count = 0;  // of rows that are there
    std::string last;
  };
  Database& database_;
  Scope scope_;
  Verification& out_;
  std::string salt_;
  std::map<const CoveredTable*, Statement> selects_;
  std::map<const CoveredTable*, Listed> listed_;
  std::set<std::string> withheld_;
};

}  // namespace

std::string manifest(const std::string& run_id, const Evidence& evidence) {
  return "soakrig-evidence 1\nrun " + run_id + "\nrecords " + std::to_string(evidence.records) +
         "\nhead " + evidence.head + "\n";
}

Result<Evidence> read_evidence(const std::string& path) {
  const SessionSource source(path);
  auto database = source.open();
  if (!database) return database.error();
  const auto version = check_schema(*database);
  if (!version) return version.error();
  if (*version < 2) return Evidence();
  auto listing = database->prepare(kSelectListing);
  if (!listing) return listing.error();
  Evidence out;
  Sha256 head;
  for (;;) {
    const auto line = listing->step();
    if (!line) return line.error();
    if (!*line) break;
    ++out.records;
    const std::string name = listing->text(0);
    out.complete = out.complete || name.starts_with("meta ");
    head.add(name + " " + lower_hex(listing->blob_view(1)) + "\n");
  }
  out.head = lower_hex(head.finish());
  return out;
}

Result<Verification> verify(const std::string& path, Scope scope) {
  const SessionSource source(path);
  auto database = source.open();
  if (!database) return database.error();
  const auto version = check_schema(*database);
  if (!version) return version.error();
  Verification out;
  // A header that cannot be read is an alteration like any other: the listing names its record.
  if (auto header = read_header(*database)) {
    out.header = std::move(*header);
    const auto state = read_state(*database, out.header);
    if (!state) return state.error();
    out.state = *state;
  } else if (*version < 2) {
    return header.error();
  }
  if (*version < 2) return out;
  const auto snapshot = Snapshot::begin(*database);
  if (!snapshot) return snapshot.error();
  Verifier verifier(*database, scope, out);
  if (auto done = verifier.prepare(); !done) return done.error();
  auto same = verifier.compare_salt();
  if (same && *same) same = verifier.compare();
  if (same && *same) same = verifier.find_added();
  if (same && *same && scope == Scope::everything) same = verifier.check_structure();
  if (!same) return same.error();
  if (!out.altered && out.state == RunState::sealed && !out.evidence.complete) {
    out.altered = Alteration{"evidence", "", "is cut short, though the run was closed"};
  }
  return out;
}

}  // namespace soakrig::store
