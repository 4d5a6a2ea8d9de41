// SPDX-License-Identifier: Apache-2.0
//
// One object of a stored document, read member by member: what is absent or of another type is
// simply not there, since a stored document is not trusted. Include in .cpp files only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "results/analysis/run_view.hpp"
#include "results/report/ordered_json.hpp"
#include "results/report/run_clock.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::report {

// One object of the document, read member by member.
class Members {
 public:
  Members(const Json& object, const RunClock& clock) : object_(object), clock_(clock) {}

  [[nodiscard]] std::string text(const char* key) const {
    const Json* v = find(key);
    return v != nullptr && v->is_string() ? v->get<std::string>() : std::string{};
  }
  [[nodiscard]] std::optional<double> number(const char* key) const {
    const Json* v = find(key);
    return v != nullptr && v->is_number() ? std::optional(v->get<double>()) : std::nullopt;
  }
  [[nodiscard]] std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> out;
    for (const Json& v : list(key)) out.push_back(v.is_string() ? v.get<std::string>() : dump(v));
    return out;
  }
  [[nodiscard]] std::map<std::string, std::string> map(const char* key) const {
    std::map<std::string, std::string> out;
    const Json* v = find(key);
    if (v == nullptr || !v->is_object()) return out;
    for (const auto& [name, value] : v->items()) {
      out[name] = value.is_string() ? value.get<std::string>() : dump(value);
    }
    return out;
  }
  [[nodiscard]] const Json& list(const char* key) const {
    static const Json kNone = Json::array();
    const Json* v = find(key);
    return v != nullptr && v->is_array() ? *v : kNone;
  }
  [[nodiscard]] const Json& object(const char* key) const {
    static const Json kNone = Json::object();
    const Json* v = find(key);
    return v != nullptr && v->is_object() ? *v : kNone;
  }
  [[nodiscard]] std::optional<Verdict> verdict() const { return parse_verdict(text("verdict")); }
  [[nodiscard]] Nanos run_time(const char* key) const {
    return clock_.run_time(text(key)).value_or(0);
  }
  [[nodiscard]] std::optional<Nanos> utc(const char* key) const { return parse_rfc3339(text(key)); }
  // A pair of times; none unless both are there.
  [[nodiscard]] std::optional<analysis::Interval> interval(const char* from, const char* to) const {
    const auto a = clock_.run_time(text(from)), b = clock_.run_time(text(to));
    if (!a || !b) return std::nullopt;
    return analysis::Interval{*a, *b};
  }
  [[nodiscard]] std::optional<std::uint64_t> count(const char* key) const {
    const auto value = number(key);
    if (!value || *value < 0 || *value > 1e15) return std::nullopt;
    return static_cast<std::uint64_t>(*value);
  }
  [[nodiscard]] bool flag(const char* key) const {
    const Json* v = find(key);
    return v != nullptr && v->is_boolean() && v->get<bool>();
  }
  [[nodiscard]] Members of(const Json& other) const { return {other, clock_}; }
  // What `read` makes of each object of a list.
  template <class Read>
  [[nodiscard]] auto each(const char* key, Read read) const {
    std::vector<decltype(read(*this))> out;
    for (const Json& v : list(key)) {
      if (v.is_object()) out.push_back(read(of(v)));
    }
    return out;
  }

 private:
  [[nodiscard]] const Json* find(const char* key) const {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }
  const Json& object_;
  const RunClock& clock_;
};

}  // namespace soakrig::report
