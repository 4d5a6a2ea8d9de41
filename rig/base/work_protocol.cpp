// SPDX-License-Identifier: Apache-2.0
#include "rig/base/work_protocol.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "rig/base/channel.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::work {
namespace {

using nlohmann::json;

Error garbage(std::string what) { return Error{Errc::protocol, std::move(what)}; }

bool plain_part(const std::string& key) {
  return valid_channel_name(key) && key.find('.') == std::string::npos;
}

// A map of names to finite numbers.
std::optional<std::map<std::string, double>> read_numbers(const json& object) {
  if (!object.is_object() || object.size() > kMaxKeys) return std::nullopt;
  std::map<std::string, double> out;
  for (const auto& [key, value] : object.items()) {
    if (!value.is_number() || !plain_part(key)) return std::nullopt;
    const double number = value.get<double>();
    if (!std::isfinite(number)) return std::nullopt;
    out.emplace(key, number);
  }
  return out;
}
// The same, and none is negative.
std::optional<std::map<std::string, double>> read_counts(const json& object) {
  auto out = read_numbers(object);
  const auto negative = [](const auto& entry) { return entry.second < 0; };
  if (out && std::ranges::any_of(*out, negative)) return std::nullopt;
  return out;
}

// What was expected or got may be any JSON value; it is kept as text.
std::string as_text(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  return found->is_string() ? found->get<std::string>() : dump_json(*found);
}

Result<Message> read_ready(const json& object) {
  if (!json_get<bool>(object, "ready").value_or(false)) return garbage("\"ready\" is not true");
  Ready ready;
  ready.instance = json_get<std::uint64_t>(object, "instance").value_or(0);
  if (const auto facts = object.find("facts"); facts != object.end() && facts->is_object()) {
    for (const auto& [key, value] : facts->items()) {
      if (ready.facts.size() >= kMaxKeys) break;
      ready.facts.emplace(key, value.is_string() ? value.get<std::string>() : dump_json(value));
    }
  }
  return Message{std::move(ready)};
}

Result<Message> read_totals(const json& object) {
  Totals totals;
  auto work = read_counts(object.at("work"));
  if (!work || work->empty()) return garbage("\"work\" is not a map of names to counts");
  totals.work = std::move(*work);
  const auto busy_s = json_get<double>(object, "busy_s");
  if (!busy_s || !std::isfinite(*busy_s) || *busy_s < 0) return garbage("\"busy_s\" is missing");
  totals.busy_s = *busy_s;
  if (const auto busy = object.find("busy"); busy != object.end()) {
    auto parts = read_counts(*busy);
    if (!parts) return garbage("\"busy\" is not a map of names to seconds");
    totals.busy = std::move(*parts);
  }
  totals.cycle = json_get<std::uint64_t>(object, "cycle").value_or(0);
  return Message{std::move(totals)};
}

Result<Message> read_check(const json& check) {
  const auto ok = json_get<bool>(check, "ok");
  if (!ok) return garbage("\"check\" has no \"ok\"");
  return Message{Check{*ok, as_text(check, "expected"), as_text(check, "got")}};
}

json encode_value(const Ready& m) {
  return {{"ready", true}, {"instance", m.instance}, {"facts", m.facts}};
}
json encode_value(const Totals& m) {
  json out = {{"work", m.work}, {"busy_s", m.busy_s}, {"cycle", m.cycle}};
  if (!m.busy.empty()) out["busy"] = m.busy;
  return out;
}
json encode_value(const Gauges& m) { return {{"gauge", m.values}}; }
json encode_value(const Histogram& m) { return {{"hist", parse_json(m.json).value_or(nullptr)}}; }
json encode_value(const Note& m) { return {{"event", parse_json(m.json).value_or(nullptr)}}; }
json encode_value(const Check& m) {
  return {{"check", {{"ok", m.ok}, {"expected", m.expected}, {"got", m.got}}}};
}

}  // namespace

Result<Message> parse_line(std::string_view line) {
  const auto parsed = parse_json(line);
  if (!parsed || !parsed->is_object()) return garbage("not a JSON object");
  const json& object = *parsed;
  if (object.contains("ready")) return read_ready(object);
  if (object.contains("work")) return read_totals(object);
  if (object.contains("check")) return read_check(object["check"]);
  if (const auto gauge = object.find("gauge"); gauge != object.end()) {
    auto values = read_numbers(*gauge);
    if (!values) return garbage("\"gauge\" is not a map of names to numbers");
    return Message{Gauges{std::move(*values)}};
  }
  for (const char* key : {"hist", "event"}) {
    const auto found = object.find(key);
    if (found == object.end()) continue;
    if (!found->is_object()) return garbage(std::string("\"") + key + "\" is not an object");
    if (*key == 'h') return Message{Histogram{dump_json(*found)}};
    return Message{Note{dump_json(*found)}};
  }
  return garbage("none of ready, work, gauge, hist, check, event");
}

std::string encode(const Message& message) {
  return std::visit([](const auto& m) { return dump_json(encode_value(m)) + "\n"; }, message);
}

}  // namespace soakrig::work
