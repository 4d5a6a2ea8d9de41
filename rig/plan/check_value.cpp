// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/check_value.hpp"

#include <algorithm>
#include <cmath>

#include "rig/base/quantity.hpp"
#include "rig/plan/faults.hpp"

namespace soakrig::plan {

namespace {

using Kind = Value::Kind;

constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kMaxList = 256;
constexpr std::size_t kMaxNameLength = 64;

Misfit wrong_kind(const Key& key, const Value& value, const std::string& name) {
  return {name + " is " + std::string(describe(value)), "write " + expected(key)};
}

std::optional<Misfit> out_of_range(const Key& key, double number, const std::string& name,
                                   const std::string& unit) {
  if (number >= key.min && number <= key.max) return std::nullopt;
  const auto with_unit = [&](double bound) { return plain(bound) + unit; };
  return Misfit{name + " is out of range",
                "it goes from " + with_unit(key.min) + " to " + with_unit(key.max)};
}

std::optional<Misfit> check_text(const Key& key, const Value& value, const std::string& name) {
  if (!value.is(Kind::text)) return wrong_kind(key, value, name);
  if (value.text.size() > kMaxText || value.text.find('\0') != std::string::npos) {
    return Misfit{name + " is too long or holds a zero byte",
                  "at most " + std::to_string(kMaxText) + " bytes of text"};
  }
  if (value.text.empty() && key.type != Type::text) {
    return Misfit{name + " is empty", "write " + expected(key) + ", or leave the key out"};
  }
  if (key.type == Type::name && !valid_name(value.text)) {
    return Misfit{name + " '" + shown(value.text) + "' is no name", "write " + expected(key)};
  }
  if (key.type == Type::label && !valid_label(value.text)) {
    return Misfit{name + " '" + shown(value.text) + "' is no name", "write " + expected(key)};
  }
  return std::nullopt;
}

std::optional<Misfit> check_word(const Key& key, const Value& value, const std::string& name) {
  if (!value.is(Kind::text)) return wrong_kind(key, value, name);
  const std::vector<std::string> words = words_of(key.choices);
  if (std::ranges::find(words, value.text) != words.end()) return std::nullopt;
  return Misfit{name + " cannot be '" + shown(value.text) + "'",
                suggestion(value.text, words, "there are")};
}

std::optional<Misfit> check_list(const Key& key, const Value& value, const std::string& name) {
  if (!value.is(Kind::list)) return wrong_kind(key, value, name);
  if (value.items.size() > kMaxList) {
    return Misfit{name + " has more than " + std::to_string(kMaxList) + " entries", "shorten it"};
  }
  for (const Value& item : value.items) {
    auto fault = key.type == Type::choices ? check_word(key, item, name) : std::nullopt;
    if (!fault && !item.is(Kind::text))
      fault = Misfit{name + " holds " + std::string(describe(item)), "write " + expected(key)};
    if (!fault && key.type != Type::choices)
      fault = check_text(Key{.type = Type::text}, item, name);
    if (fault) return fault;
  }
  if (key.type == Type::argv && (value.items.empty() || value.items[0].text.empty())) {
    return Misfit{name + " names no program", "write " + expected(key)};
  }
  return std::nullopt;
}

std::optional<Misfit> check_number(const Key& key, const Value& value, const std::string& name) {
  const bool whole = key.type == Type::integer;
  if (!value.is(Kind::integer) && (whole || !value.is(Kind::number))) {
    return value.is(Kind::number)
               ? Misfit{name + " is not a whole number", "write " + expected(key)}
               : wrong_kind(key, value, name);
  }
  if (!std::isfinite(value.number)) {
    return Misfit{name + " is not finite", "write " + expected(key)};
  }
  return out_of_range(key, value.number, name, key.unit.empty() ? "" : " " + std::string(key.unit));
}

std::optional<Misfit> check_quantity(const Key& key, const Value& value, const std::string& name) {
  if (!value.is(Kind::text)) return wrong_kind(key, value, name);
  const auto refused = [&](const Error& error) {
    return Misfit{name + ": " + shown(error.what), "write " + expected(key)};
  };
  if (key.type == Type::duration) {
    const auto ns = parse_duration(value.text);
    if (!ns) return refused(ns.error());
    // Divided, not times 1e-9, which is no exact double: 60 s must come out as 60.
    return out_of_range(key, static_cast<double>(*ns) / kSecond, name, " s");
  }
  const auto number = key.type == Type::ratio ? parse_ratio(value.text) : parse_ramp(value.text);
  if (!number) return refused(number.error());
  if (key.type == Type::ramp) return std::nullopt;
  return out_of_range(key, *number, name, " (as a share)");
}

bool only(std::string_view text, std::string_view extra, bool upper) {
  return !text.empty() && text.size() <= kMaxNameLength && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (upper && c >= 'A' && c <= 'Z') ||
           extra.find(c) != std::string_view::npos;
  });
}

}  // namespace

bool valid_name(std::string_view text) { return only(text, "_-", false); }

bool valid_label(std::string_view text) {
  return only(text, "._-", true) && text.front() != '.' && text.front() != '-';
}

std::optional<Misfit> misfit(const Key& key, const Value& value, const std::string& name) {
  const auto of_kind = [&](Kind kind) -> std::optional<Misfit> {
    if (value.is(kind)) return std::nullopt;
    return wrong_kind(key, value, name);
  };
  switch (key.type) {
    case Type::text:
    case Type::name:
    case Type::label:
    case Type::path:
      return check_text(key, value, name);
    case Type::choice:
      return check_word(key, value, name);
    case Type::choices:
    case Type::texts:
    case Type::argv:
      return check_list(key, value, name);
    case Type::integer:
    case Type::number:
      return check_number(key, value, name);
    case Type::boolean:
      return of_kind(Kind::boolean);
    case Type::duration:
    case Type::ratio:
    case Type::ramp:
      return check_quantity(key, value, name);
    case Type::table:
    case Type::named_tables:
    case Type::settings:
    case Type::limits:
      return of_kind(Kind::table);
    case Type::supply:
      return value.is(Kind::text) ? check_text(key, value, name) : of_kind(Kind::table);
    case Type::tables: {
      const bool fits =
          value.is(Kind::list) && !value.items.empty() &&
          std::ranges::all_of(value.items, [](const Value& v) { return v.is(Kind::table); });
      if (fits) return std::nullopt;
      return wrong_kind(key, value, name);
    }
    case Type::reserved:
      return Misfit{name + " is not built yet", "take it out of the profile", true};
  }
  return std::nullopt;
}

}  // namespace soakrig::plan
