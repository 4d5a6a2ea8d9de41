// SPDX-License-Identifier: Apache-2.0
//
// Reads one table of a profile against the schema: at construction every key is checked (known,
// of its type, in its range, present where required) and each fault reported once; afterwards the
// getters give a value only where there is a good one, so that the code that builds the RunSpec
// states only what goes where.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/time.hpp"
#include "rig/plan/faults.hpp"
#include "rig/plan/schema.hpp"
#include "rig/plan/value.hpp"

namespace soakrig::plan {

// Borrows the value and the faults; both must outlive it. Not thread-safe.
class TableReader {
 public:
  // `tables`: whose keys are allowed here. `where`: the table as a person writes it,
  // "[workload.chat]". `table` may be null: an absent table, whose getters all give nothing.
  // `free_keys`: keys that are not in the schema are left alone (limits by channel name).
  TableReader(const Value* table, std::vector<std::string_view> tables, std::string where,
              Faults& faults, bool free_keys = false);

  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const;
  // Of a number, a ratio (as share) or a ramp (K/s).
  [[nodiscard]] std::optional<double> number(std::string_view key) const;
  [[nodiscard]] std::optional<Nanos> duration(std::string_view key) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;

  // The value of a key if it is there and good; for its line, or to read a table below.
  [[nodiscard]] const Value* find(std::string_view key) const;
  // The value to blame: that of the key if it is there, else the table itself.
  [[nodiscard]] const Value& place(std::string_view key) const;
  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

 private:
  void check(const std::string& name, const Value& value);
  void unknown(const std::string& name, const Value& value);
  [[nodiscard]] const Key* key_of(std::string_view name) const;

  const Value* table_;
  std::vector<std::string_view> tables_;
  std::string where_;
  Faults* faults_;
  std::vector<const Value*> bad_;
};

}  // namespace soakrig::plan
