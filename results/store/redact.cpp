// SPDX-License-Identifier: Apache-2.0
#include "results/store/redact.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "results/store/canonical.hpp"
#include "results/store/withhold.hpp"

namespace soakrig::store {
namespace {

constexpr std::size_t kLeastWord = 4;  // shorter ones stand in words that mean something else

// Rows that a reader can do without. The others name boards, channels and times.
bool can_be_left_out(std::string_view table, std::string_view row) {
  static constexpr std::array<std::string_view, 5> kMeta = {"build_flags", "host", "judgement",
                                                            "profile", "salt"};
  if (table == "event" || table == "journal") return true;
  return table == "meta" && std::ranges::find(kMeta, row) != kMeta.end();
}

// What would tell the same elsewhere: of an address its host, of another value itself.
std::string telling_part(std::string_view key, std::string_view value) {
  // The virtual bench's boards say "virtual" as their serial: a word, and nobody's.
  if (key == "file" || value == "virtual") return "";
  if (key != "connect" && key != "url") return std::string(value);
  const std::size_t slashes = value.find("//");
  if (slashes == std::string_view::npos) return "";
  value.remove_prefix(slashes + 2);
  value = value.substr(0, value.find_first_of("/?"));
  if (const std::size_t at = value.rfind('@'); at != std::string_view::npos) {
    value.remove_prefix(at + 1);
  }
  value = value.substr(0, value.find(':'));
  return value == "localhost" || value.starts_with("127.") ? "" : std::string(value);
}

class Redactor {
 public:
  Redactor(Database& copy, const ExportOptions& options, Exported& out)
      : copy_(copy),
        options_(options),
        out_(out),
        words_(options.words.begin(), options.words.end()) {}

  Result<void> run() {
    auto done = copy_.execute(
        "CREATE TABLE withheld(record TEXT PRIMARY KEY, why TEXT NOT NULL) STRICT, WITHOUT ROWID");
    if (done && options_.thin) {
      done = copy_.execute(
          "INSERT INTO withheld SELECT 'axis ' || id, 'samples' FROM axis; DELETE FROM axis;"
          "INSERT INTO withheld SELECT 'chunk ' || id, 'samples' FROM chunk; DELETE FROM chunk");
    }
    if (done && (options_.redact || !words_.empty())) done = take_out_names();
    if (!done) return done;
    const auto rows = copy_.query_integer("SELECT count(*) FROM withheld");
    if (!rows) return rows.error();
    out_.rows_withheld = static_cast<std::uint64_t>(*rows);
    return {};
  }

 private:
  struct Text {
    const CoveredTable* table;
    std::string row, column, text;
  };

  Result<void> take_out_names() {
    if (auto done = replace_values(); !done) return done;
    for (const char* row : {"profile", "salt"}) {
      if (auto done = drop(*find_covered("meta"), row, "may say what is withheld"); !done) {
        return done;
      }
    }
    return drop_what_says_a_word();
  }

  Result<void> drop(const CoveredTable& table, const std::string& row, const char* why) {
    const std::string name(table.name);
    auto note = copy_.prepare("INSERT OR IGNORE INTO withheld VALUES(?, ?)");
    if (!note) return note.error();
    auto erase = copy_.prepare("DELETE FROM " + name + " WHERE " + std::string(table.key) + "=?");
    if (!erase) return erase.error();
    if (auto done = note->run(name + " " + row, why); !done) return done;
    return erase->run(row);
  }

  Result<std::vector<std::string>> columns_of(const CoveredTable& table) {
    auto rows = copy_.prepare("SELECT name FROM pragma_table_info(?)");
    if (!rows) return rows.error();
    if (auto bound = rows->bind(table.name); !bound) return bound.error();
    std::vector<std::string> names;
    for (;;) {
      const auto row = rows->step();
      if (!row) return row.error();
      if (!*row) return names;
      names.push_back(rows->text(0));
    }
  }

  // Every text of every table, read before anything is changed.
  Result<std::vector<Text>> texts() {
    std::vector<Text> out;
    for (const CoveredTable& table : covered_tables()) {
      if (table.name == "schema") continue;
      const auto columns = columns_of(table);
      if (!columns) return columns.error();
      auto rows = copy_.prepare(select_rows(table));
      if (!rows) return rows.error();
      for (;;) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) break;
        for (int column = 1; column < rows->columns(); ++column) {
          if (rows->type(column) != Statement::Type::text) continue;
          const auto name = static_cast<std::size_t>(column) - 1;  // the key comes before
          out.push_back({&table, rows->text(0), columns->at(name), rows->text(column)});
        }
      }
    }
    return out;
  }

  Result<void> replace_values() {
    const auto salt = read_salt(copy_);
    if (!salt) return salt.error();
    const auto all = texts();
    if (!all) return all.error();
    for (const Text& one : *all) {
      if (!one.text.starts_with('{')) continue;
      const std::string kept =
          withhold_values(one.text, *salt, [&](std::string_view key, std::string_view value) {
            std::string part = telling_part(key, value);
            if (part.size() >= kLeastWord) words_.insert(std::move(part));
          });
      if (kept == one.text) continue;
      auto update = copy_.prepare("UPDATE " + std::string(one.table->name) + " SET " + one.column +
                                  "=?2 WHERE " + std::string(one.table->key) + "=?1");
      if (!update) return update.error();
      if (auto done = update->run(one.row, kept); !done) return done;
    }
    return {};
  }

  Result<void> drop_what_says_a_word() {
    const auto all = texts();
    if (!all) return all.error();
    for (const Text& one : *all) {
      // A console's log is packed: what it says cannot be looked for.
      if (one.table->name == "event" && one.text.find("\"zstd\":") != std::string::npos) {
        if (auto done = drop(*one.table, one.row, "may say what is withheld"); !done) return done;
        continue;
      }
      const auto said = std::ranges::find_if(words_, [&](const std::string& word) {
        return !word.empty() && one.text.find(word) != std::string::npos;
      });
      if (said == words_.end()) continue;
      if (!can_be_left_out(one.table->name, one.row)) {
        Error error;
        error.what = std::string(one.table->name) + " " + one.row + " says \"" + *said +
                     "\" in its " + one.column + ", and a run cannot be read without that row";
        error.remedy = "give it another name in the next run's profile, or export without --redact";
        return error;
      }
      out_.judgement_withheld |= one.table->name == "meta" && one.row == "judgement";
      if (auto done = drop(*one.table, one.row, "says what is withheld"); !done) return done;
    }
    return {};
  }

  Database& copy_;
  const ExportOptions& options_;
  Exported& out_;
  std::set<std::string> words_;  // that must not be said anywhere
};

}  // namespace

Result<void> redact(Database& copy, const ExportOptions& options, Exported& out) {
  return Redactor(copy, options, out).run();
}

}  // namespace soakrig::store
