// SPDX-License-Identifier: Apache-2.0
#include "rig/app/requirements_file.hpp"

#include <algorithm>
#include <cmath>

#include "rig/base/quantity.hpp"
#include "rig/plan/value.hpp"

namespace soakrig::app {

namespace {

using plan::Value;
using report::Requirement;

class Parser {
 public:
  explicit Parser(const std::string& file) : file_(file) {
    for (const auto& n : report::requirement_names()) names_.emplace_back(n.name);
  }

  Result<std::vector<Requirement>> read(const Value& document) const {
    const Value* require = nullptr;
    for (const auto& [key, value] : document.entries) {
      if (key != "require")
        return wrong(value, "unknown key '" + key + "'", "only [require] is known");
      if (!value.is(Value::Kind::table))
        return wrong(value, "[require] is no table", "write [require]");
      require = &value;
    }
    if (require == nullptr || require->entries.empty()) {
      return Error{Errc::invalid, "no requirement", "write [require] and below it " + list(),
                   file_};
    }
    return read_table(*require);
  }

 private:
  Error wrong(const Value& at, std::string what, std::string remedy) const {
    return {Errc::invalid, std::move(what), std::move(remedy), file_, at.line};
  }
  std::string list() const {
    std::string out;
    for (const std::string& n : names_) out += (out.empty() ? "" : ", ") + n;
    return out;
  }

  static std::optional<double> number(const Value& v) {
    if (v.is(Value::Kind::integer)) return static_cast<double>(v.integer);
    if (v.is(Value::Kind::number) && std::isfinite(v.number)) return v.number;
    return std::nullopt;
  }

  // `ambient` and `workload` of the table hold for every requirement that does not say otherwise.
  Result<std::vector<Requirement>> read_table(const Value& table) const {
    Requirement common;
    std::vector<Requirement> out;
    for (const auto& [key, value] : table.entries) {
      if (key != "ambient" && key != "workload") continue;
      if (auto set = condition(common, key, value); !set) return set.error();
    }
    for (const auto& [key, value] : table.entries) {
      if (key == "ambient" || key == "workload") continue;
      Requirement one = common;
      one.name = key;
      if (auto read = requirement(one, value); !read) return read.error();
      out.push_back(std::move(one));
    }
    if (out.empty()) return wrong(table, "no requirement in [require]", "add one of " + list());
    return out;
  }

  Result<void> condition(Requirement& out, const std::string& key, const Value& value) const {
    if (key == "ambient") {
      out.ambient = number(value);
      if (!out.ambient) return wrong(value, "ambient is no number", "give it in Cel, such as 55.0");
      return {};
    }
    if (!value.is(Value::Kind::text))
      return wrong(value, "workload is no text", "name it in quotes");
    out.workload = value.text;
    return {};
  }

  Result<void> requirement(Requirement& out, const Value& value) const {
    if (std::ranges::find(names_, out.name) == names_.end()) {
      const std::string near = nearest_word(out.name, names_);
      return wrong(value, "unknown requirement '" + out.name + "'",
                   near.empty() ? "there are " + list() : "did you mean '" + near + "'?");
    }
    if (value.is(Value::Kind::table)) return detailed(out, value);
    const auto plain = number(value);
    if (!plain)
      return wrong(value, out.name + " is no number",
                   "give a number, or { value = …, ambient = … }");
    out.value = *plain;
    return {};
  }

  Result<void> detailed(Requirement& out, const Value& table) const {
    bool valued = false;
    for (const auto& [key, value] : table.entries) {
      if (key == "value") {
        const auto plain = number(value);
        if (!plain) return wrong(value, out.name + ".value is no number", "give a number");
        out.value = *plain;
        valued = true;
      } else if (key == "ambient" || key == "workload") {
        if (auto set = condition(out, key, value); !set) return set.error();
      } else {
        return wrong(value, "unknown key '" + key + "' in " + out.name,
                     "there are value, ambient, workload");
      }
    }
    if (!valued) return wrong(table, out.name + " has no value", "add value = …");
    return {};
  }

  const std::string& file_;
  std::vector<std::string> names_;
};

}  // namespace

Result<std::vector<report::Requirement>> parse_requirements(std::string_view toml,
                                                            const std::string& file) {
  const auto document = plan::parse_toml(toml, file);
  if (!document) return document.error();
  return Parser(file).read(*document);
}

}  // namespace soakrig::app
