// SPDX-License-Identifier: Apache-2.0
#include "rig/base/death_evidence.hpp"

#include <algorithm>

#include "rig/base/json_guard.hpp"

namespace soakrig {
namespace {

using nlohmann::json;

constexpr std::size_t kMostJson = 512u << 10;

json number(std::optional<double> value) { return value ? json(*value) : json(nullptr); }

std::string bounded(std::string text) {
  text.resize(std::min(text.size(), DeathEvidence::kMostText));
  return text;
}

std::string text_of(const json& object, const char* key) {
  return bounded(json_get<std::string>(object, key).value_or(""));
}

// The list under a key, at most `most` of it; empty where there is none.
std::vector<json> list_of(const json& object, const char* key, std::size_t most) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end() || !found->is_array()) return {};
  return {found->begin(),
          found->begin() + static_cast<std::ptrdiff_t>(std::min(found->size(), most))};
}

std::vector<std::string> lines_of(const json& object, const char* key) {
  std::vector<std::string> out;
  for (const json& line : list_of(object, key, DeathEvidence::kMostLines)) {
    if (line.is_string()) out.push_back(bounded(line.get<std::string>()));
  }
  return out;
}

PstoreRecord record_of(const json& in) {
  return {text_of(in, "id"), lines_of(in, "lines")};
}

WatchdogStatus watchdog_of(const json& in) {
  return {text_of(in, "name"), text_of(in, "identity"),
          json_get<std::uint64_t>(in, "bootstatus").value_or(0)};
}

}  // namespace

std::string encode(const DeathEvidence& e) {
  json pstore = json::array(), watchdogs = json::array();
  for (const PstoreRecord& r : e.pstore) {
    pstore.push_back({{"id", r.id}, {"lines", r.lines}});
  }
  for (const WatchdogStatus& w : e.watchdogs) {
    watchdogs.push_back(
        {{"name", w.name}, {"identity", w.identity}, {"bootstatus", w.bootstatus}});
  }
  return dump_json({{"boot_id", e.boot_id},
                    {"previous", e.previous},
                    {"uptime_s", number(e.uptime_s)},
                    {"down_s", number(e.down_s)},
                    {"pstore_kept", e.pstore_kept},
                    {"pstore", pstore},
                    {"watchdogs", watchdogs},
                    {"reset_reason", e.reset_reason},
                    {"reset_source", e.reset_source},
                    {"journal", e.journal},
                    {"celsius", number(e.celsius)},
                    {"celsius_age_s", number(e.celsius_age_s)},
                    {"watts_before", number(e.watts_before)},
                    {"watts_least", number(e.watts_least)},
                    {"off_below", number(e.off_below)},
                    {"console_heard", e.console_heard},
                    {"console", e.console},
                    {"liveness", e.liveness},
                    {"rig_did", e.rig_did},
                    {"missing", e.missing}});
}

Result<DeathEvidence> parse_death_evidence(std::string_view text) {
  const auto in = text.size() <= kMostJson ? parse_json(text) : std::nullopt;
  if (!in || !in->is_object() || !json_get<std::string>(*in, "boot_id")) {
    return Error{Errc::corrupt, "what a board says of its last end is no such thing",
                 "are agent and controller of the same version?"};
  }
  DeathEvidence out;
  out.boot_id = text_of(*in, "boot_id");
  out.previous = text_of(*in, "previous");
  out.uptime_s = json_get<double>(*in, "uptime_s");
  out.down_s = json_get<double>(*in, "down_s");
  out.pstore_kept = json_get<bool>(*in, "pstore_kept").value_or(false);
  for (const json& each : list_of(*in, "pstore", DeathEvidence::kMostRecords)) {
    out.pstore.push_back(record_of(each));
  }
  for (const json& each : list_of(*in, "watchdogs", DeathEvidence::kMostRecords)) {
    out.watchdogs.push_back(watchdog_of(each));
  }
  out.reset_reason = text_of(*in, "reset_reason");
  out.reset_source = text_of(*in, "reset_source");
  out.journal = lines_of(*in, "journal");
  out.celsius = json_get<double>(*in, "celsius");
  out.celsius_age_s = json_get<double>(*in, "celsius_age_s");
  out.watts_before = json_get<double>(*in, "watts_before");
  out.watts_least = json_get<double>(*in, "watts_least");
  out.off_below = json_get<double>(*in, "off_below");
  out.console_heard = json_get<bool>(*in, "console_heard").value_or(false);
  out.console = lines_of(*in, "console");
  out.liveness = text_of(*in, "liveness");
  out.rig_did = text_of(*in, "rig_did");
  if (const auto missing = in->find("missing"); missing != in->end() && missing->is_object()) {
    for (const auto& [what, why] : missing->items()) {
      if (out.missing.size() >= DeathEvidence::kMostLines) break;
      if (why.is_string()) out.missing[bounded(what)] = bounded(why.get<std::string>());
    }
  }
  return out;
}

}  // namespace soakrig
