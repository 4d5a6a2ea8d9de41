// SPDX-License-Identifier: Apache-2.0
//
// One table of a file of stated figures (COST.toml, SITE.toml), read key by key. The first thing
// that is wrong is kept, with file and line and a remedy; after it every getter gives nothing, so
// that a reader states what it wants and asks once at the end whether it got it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/report/decision/cost_case.hpp"
#include "rig/base/result.hpp"
#include "rig/plan/value.hpp"

namespace soakrig::app {

// What was read from a file, shared by its tables.
struct InputFile {
  std::string name;
  std::optional<Error> wrong;  // the first
  void fail(const plan::Value& at, std::string what, std::string remedy);
};

struct Range {
  double least = 0, most = 1e12;
  bool above_least = false;  // `least` itself is too little
};

// Borrows both; they must outlive it. Not thread-safe.
class InputTable {
 public:
  // `table` null = absent: then every required key is missed at `parent`. A key that is not in
  // `keys` is an error with the nearest one.
  InputTable(const plan::Value* table, const plan::Value& parent, std::string where,
             std::vector<std::string> keys, InputFile& file);

  [[nodiscard]] bool has(std::string_view key) const;
  // Of a required key; `or_else` where it is absent.
  double number(std::string_view key, Range range);
  double number_or(std::string_view key, Range range, double or_else);
  std::optional<double> optional_number(std::string_view key, Range range);
  // "20%" as 0.2.
  double share_or(std::string_view key, double or_else);
  std::optional<double> optional_share(std::string_view key);
  // "800ms" as 0.8.
  std::optional<double> optional_seconds(std::string_view key);
  std::string text(std::string_view key);
  std::string text_or(std::string_view key, std::string or_else);
  std::optional<bool> boolean(std::string_view key);
  // { value, lower, upper, source } with lower <= value <= upper, both bounds or none.
  analysis::Bounded bounded(std::string_view key, Range range);
  // YYYY-MM-DD, a day that there is.
  std::string date(std::string_view key);
  // { value, currency, date, source }: not negative; absent = 0 unless `required`. Adds it to
  // `prices`, as it was written.
  double price(std::string_view key, bool required, const std::string& currency,
               const std::vector<report::DatedPrice>& rates,
               std::vector<report::DatedPrice>& prices);

  [[nodiscard]] const plan::Value& place(std::string_view key) const;
  [[nodiscard]] const plan::Value* find(std::string_view key) const;

 private:
  const plan::Value* need(std::string_view key, std::string_view like);
  std::optional<double> in_range(const plan::Value& value, std::string_view key, Range range);

  const plan::Value* table_;
  const plan::Value* parent_;
  std::string where_;
  InputFile* file_;
};

}  // namespace soakrig::app
