// SPDX-License-Identifier: Apache-2.0
#include "rig/app/input_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rig/base/day.hpp"
#include "rig/base/quantity.hpp"

namespace soakrig::app {

namespace {

using plan::Value;

std::optional<double> plain_number(const Value& v) {
  if (v.is(Value::Kind::integer)) return static_cast<double>(v.integer);
  if (v.is(Value::Kind::number) && std::isfinite(v.number)) return v.number;
  return std::nullopt;
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& w : words) out += (out.empty() ? "" : ", ") + w;
  return out;
}

}  // namespace

void InputFile::fail(const Value& at, std::string what, std::string remedy) {
  if (!wrong) wrong = Error{Errc::invalid, std::move(what), std::move(remedy), name, at.line};
}

InputTable::InputTable(const Value* table, const Value& parent, std::string where,
                       std::vector<std::string> keys, InputFile& file)
    : table_(table), parent_(&parent), where_(std::move(where)), file_(&file) {
  if (table_ != nullptr && !table_->is(Value::Kind::table)) {
    file_->fail(*table_, where_ + " is no table", "write " + where_);
    table_ = nullptr;
  }
  if (table_ == nullptr) return;
  for (const auto& [key, value] : table_->entries) {
    if (std::ranges::find(keys, key) != keys.end()) continue;
    const std::string near = nearest_word(key, keys);
    file_->fail(value, "unknown key '" + key.substr(0, 60) + "' in " + where_,
                near.empty() ? "there are " + listed(keys) : "did you mean '" + near + "'?");
  }
}

const Value* InputTable::find(std::string_view key) const {
  return table_ == nullptr ? nullptr : table_->find(key);
}
bool InputTable::has(std::string_view key) const { return find(key) != nullptr; }
const Value& InputTable::place(std::string_view key) const {
  if (const Value* v = find(key)) return *v;
  return table_ != nullptr ? *table_ : *parent_;
}

const Value* InputTable::need(std::string_view key, std::string_view like) {
  const Value* v = find(key);
  if (v == nullptr) {
    file_->fail(place(key), where_ + " has no " + std::string(key),
                "add " + std::string(key) + " = " + std::string(like));
  }
  return v;
}

std::optional<double> InputTable::in_range(const Value& value, std::string_view key, Range range) {
  const auto number = plain_number(value);
  const std::string name = where_ + " " + std::string(key);
  if (!number) {
    file_->fail(value, name + " is " + std::string(describe(value)), "give a number");
    return std::nullopt;
  }
  if (*number < range.least || (range.above_least && *number == range.least) ||
      *number > range.most) {
    file_->fail(value, fmt::format("{} is {:g}", name, *number),
                fmt::format("give a number {} {:g} and not above {:g}",
                            range.above_least ? "above" : "not below", range.least, range.most));
    return std::nullopt;
  }
  return number;
}

double InputTable::number(std::string_view key, Range range) {
  const Value* v = need(key, "a number");
  return v == nullptr ? range.least : in_range(*v, key, range).value_or(range.least);
}
double InputTable::number_or(std::string_view key, Range range, double or_else) {
  return optional_number(key, range).value_or(or_else);
}
std::optional<double> InputTable::optional_number(std::string_view key, Range range) {
  const Value* v = find(key);
  return v == nullptr ? std::nullopt : in_range(*v, key, range);
}

double InputTable::share_or(std::string_view key, double or_else) {
  return optional_share(key).value_or(or_else);
}

std::optional<double> InputTable::optional_share(std::string_view key) {
  const Value* v = find(key);
  if (v == nullptr) return std::nullopt;
  const auto share = v->is(Value::Kind::text) ? parse_ratio(v->text) : Result<double>(Error{});
  if (!share || *share < 0 || *share > 1) {
    file_->fail(*v, where_ + " " + std::string(key) + " is no share",
                "give it in per cent, such as \"20%\", at most \"100%\"");
    return std::nullopt;
  }
  return *share;
}

std::optional<double> InputTable::optional_seconds(std::string_view key) {
  const Value* v = find(key);
  if (v == nullptr) return std::nullopt;
  const auto time = v->is(Value::Kind::text) ? parse_duration(v->text) : Result<Nanos>(Error{});
  if (!time) {
    file_->fail(*v, where_ + " " + std::string(key) + " is no time", "write it as \"800ms\"");
    return std::nullopt;
  }
  return to_seconds(*time);
}

std::string InputTable::text(std::string_view key) {
  const Value* v = need(key, "\"…\"");
  if (v == nullptr) return {};
  if (!v->is(Value::Kind::text) || v->text.empty()) {
    file_->fail(*v, where_ + " " + std::string(key) + " is " + std::string(describe(*v)),
                "write it in quotes");
  }
  return v->text;
}
std::string InputTable::text_or(std::string_view key, std::string or_else) {
  return has(key) ? text(key) : std::move(or_else);
}

std::optional<bool> InputTable::boolean(std::string_view key) {
  const Value* v = find(key);
  if (v == nullptr) return std::nullopt;
  if (!v->is(Value::Kind::boolean)) {
    file_->fail(*v, where_ + " " + std::string(key) + " is " + std::string(describe(*v)),
                "write true or false");
  }
  return v->boolean;
}

analysis::Bounded InputTable::bounded(std::string_view key, Range range) {
  analysis::Bounded out;
  const Value* v = need(key, "{ value = …, lower = …, upper = …, source = \"…\" }");
  if (v == nullptr) return out;
  const std::string name = where_ + " " + std::string(key);
  InputTable table(v, *v, name, {"value", "lower", "upper", "source"}, *file_);
  out.value = table.number("value", range);
  out.lower = table.optional_number("lower", range);
  out.upper = table.optional_number("upper", range);
  static_cast<void>(table.text("source"));
  if (out.lower.has_value() != out.upper.has_value()) {
    file_->fail(*v, name + " has one bound only", "give lower and upper, or neither");
  } else if (out.lower && !(*out.lower <= out.value && out.value <= *out.upper)) {
    file_->fail(*v, name + " lies outside its own bounds", "give lower <= value <= upper");
  }
  return out;
}

std::string InputTable::date(std::string_view key) {
  const Value* v = need(key, "2026-01-31 (the day on which it was so)");
  if (v == nullptr) return {};
  const bool day = (v->is(Value::Kind::date) || v->is(Value::Kind::text)) && is_day(v->text);
  if (!day) {
    file_->fail(*v, where_ + " " + std::string(key) + " is no day", "write it as 2026-01-31");
  }
  return v->text;
}

double InputTable::price(std::string_view key, bool required, const std::string& currency,
                         const std::vector<report::DatedPrice>& rates,
                         std::vector<report::DatedPrice>& prices) {
  constexpr std::string_view kLike =
      "{ value = …, currency = \"…\", date = 2026-01-31, source = \"…\" }";
  const Value* v = required ? need(key, kLike) : find(key);
  if (v == nullptr) return 0;
  const std::string name = where_ + " " + std::string(key);
  if (!v->is(Value::Kind::table)) {
    file_->fail(*v, name + " is a price without a date and a source",
                "write " + std::string(key) + " = " + std::string(kLike));
    return 0;
  }
  InputTable table(v, *v, name, {"value", "currency", "date", "source"}, *file_);
  report::DatedPrice out;
  out.name = where_.substr(1, where_.size() - 2) + "." + std::string(key);
  out.value = table.number("value", {});
  out.currency = table.text_or("currency", currency);
  out.date = table.date("date");
  out.source = table.text("source");
  prices.push_back(out);
  if (out.currency == currency) return out.value;
  const auto rate = std::ranges::find(rates, out.currency, &report::DatedPrice::currency);
  if (rate == rates.end()) {
    file_->fail(*v, name + " is in " + out.currency + ", the answer in " + currency,
                "add [[rate]] with from = \"" + out.currency + "\", value, date and source");
    return 0;
  }
  return out.value * rate->value;
}

}  // namespace soakrig::app
