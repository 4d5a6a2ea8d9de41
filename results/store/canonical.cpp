// SPDX-License-Identifier: Apache-2.0
#include "results/store/canonical.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "results/store/withhold.hpp"

namespace soakrig::store {
namespace {

constexpr std::array<CoveredTable, 15> kTables = {{
    {"source", "id", true},
    {"channel", "id", true},
    {"axis", "id", true},
    {"chunk", "id", true},
    {"rollup", "id", true},
    {"sketch", "id", true},
    {"event", "id", true},
    {"journal", "id", true},
    {"anchor", "id", true},
    {"board", "id", false},
    {"phase", "id", false},
    {"cursor", "id", false},
    {"verdict", "id", false},
    {"meta", "k", false},
    // What a redacted copy adds about itself is no part of the run.
    {"schema", "name", false,
     "(SELECT name, type, tbl_name, sql FROM sqlite_schema WHERE name<>'withheld')"},
}};

// A STRICT table keeps text and blob apart, and so does the form.
void append_value(std::string& out, const Statement& row, int column, std::string_view salt) {
  switch (row.type(column)) {
    case Statement::Type::null:
      out += '-';
      return;
    case Statement::Type::integer:
      out += std::to_string(row.integer(column));
      return;
    case Statement::Type::real: {
      // Digits of a double differ between programs; its bits do not.
      auto bits = std::bit_cast<std::uint64_t>(row.real(column));
      std::array<std::uint8_t, 8> bytes{};
      for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, bits >>= 8) {
        *byte = static_cast<std::uint8_t>(bits & 0xff);
      }
      out += 'r';
      append_hex(out, bytes);
      return;
    }
    case Statement::Type::text: {
      const std::string_view text = row.text_view(column);
      out += 't';
      if (!text.starts_with('{')) {
        append_hex(out, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
        return;
      }
      const std::string kept = withhold_values(text, salt);
      append_hex(out, {reinterpret_cast<const std::uint8_t*>(kept.data()), kept.size()});
      return;
    }
    case Statement::Type::blob:
      out += 'b';
      append_hex(out, row.blob_view(column));
      return;
  }
}

}  // namespace

std::span<const CoveredTable> covered_tables() { return kTables; }

const CoveredTable* find_covered(std::string_view name) {
  const auto found = std::ranges::find(kTables, name, &CoveredTable::name);
  return found == kTables.end() ? nullptr : &*found;
}

std::string select_rows(const CoveredTable& table, std::string_view condition) {
  std::string sql = "SELECT ";
  sql.append(table.key).append(", ").append(table.columns).append(" FROM ").append(table.from);
  sql.append(" ").append(condition).append(" ORDER BY ").append(table.key);
  return sql;
}

std::string canonical_row(const CoveredTable& table, const Statement& row, std::string_view salt) {
  std::string out(table.name);
  for (int column = 1; column < row.columns(); ++column) {
    out += '|';
    append_value(out, row, column, salt);
  }
  return out;
}

Digest record_hash(const CoveredTable& table, const Statement& row, std::string_view salt) {
  return sha256(canonical_row(table, row, salt));
}

Result<std::string> read_salt(Database& database) {
  auto select = database.prepare("SELECT v FROM meta WHERE k='salt'");
  if (!select) return select.error();
  const auto row = select->step();
  if (!row) return row.error();
  return *row ? select->text(0) : std::string();
}

}  // namespace soakrig::store
