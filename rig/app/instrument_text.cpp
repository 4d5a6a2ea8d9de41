// SPDX-License-Identifier: Apache-2.0
#include "rig/app/instrument_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "rig/base/json_guard.hpp"

namespace soakrig::app {
namespace {

using namespace instruments;
using nlohmann::json;

std::string provenance(const Identified& found) {
  return found.identity.is_virtual ? "simulated" : "measured";
}

std::string number(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

json or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json identity_object(const Identified& found, const RegisterMap& map) {
  return {{"connect", found.identity.connect},
          {"map", map.name},
          {"title", map.title},
          {"part_number", or_null(found.identity.part_number)},
          {"serial", or_null(found.identity.serial)},
          {"virtual", found.identity.is_virtual},
          {"provenance", provenance(found)}};
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text + "  ";
}

}  // namespace

std::string identity_text(const Identified& found, const RegisterMap& map) {
  std::string text = map.title + " (map " + map.name + ")" +
                     (found.identity.is_virtual ? ", SIMULATED: the virtual bench" : "") + "\n";
  for (const std::string& proof : found.proofs) text += "  " + proof + "\n";
  if (found.proofs.empty()) text += "  it has nothing that says what it is: read only, on trust\n";
  return text;
}

std::string identity_json(const Identified& found, const RegisterMap& map) {
  json body = identity_object(found, map);
  body["word_order"] = std::string(to_string(found.order));
  body["proofs"] = found.proofs;
  return dump_json(body) + "\n";
}

std::string trials_text(const std::vector<MapTrial>& trials) {
  std::string text;
  for (const MapTrial& trial : trials) {
    const char* verdict = !trial.fits ? "no" : trial.proves ? "yes" : "perhaps";
    text += padded(trial.map, 20) + padded(verdict, 7) + trial.said + "\n";
  }
  return text;
}

std::string trials_json(const std::string& connect, const std::vector<MapTrial>& trials) {
  json maps = json::array();
  for (const MapTrial& trial : trials) {
    maps.push_back({{"map", trial.map},
                    {"title", trial.title},
                    {"fits", trial.fits},
                    {"proves", trial.proves},
                    {"part_number", trial.fits ? or_null(trial.said) : json(nullptr)},
                    {"reason", trial.fits ? json(nullptr) : json(trial.said)}});
  }
  return dump_json(json{{"connect", connect}, {"maps", maps}}) + "\n";
}

std::string readings_text(const std::vector<PointReading>& readings, const Identified& found) {
  std::string text = found.identity.is_virtual ? "SIMULATED\n" : "";
  std::size_t width = 0;
  for (const PointReading& each : readings) width = std::max(width, each.name.size());
  for (const PointReading& each : readings) {
    text += padded(each.name, width);
    if (!each.good) {
      text += "-  " + each.reason;
    } else if (!each.value) {
      text += "\"" + each.text + "\"";
    } else {
      text += number(*each.value);
      if (!each.unit.empty()) text += " " + each.unit;
      if (!each.text.empty()) text += " (" + each.text + ")";
    }
    text += "\n";
  }
  return text;
}

std::string readings_json(const std::vector<PointReading>& readings, const Identified& found,
                          const RegisterMap& map, Nanos utc) {
  json body = identity_object(found, map);
  json points = json::array();
  for (const PointReading& each : readings) {
    const Point& point = *map.find(each.name);
    points.push_back({{"name", each.name},
                      {"unit", each.unit},
                      {"state", each.good ? "good" : "error"},
                      {"value", each.value ? json(*each.value) : json(nullptr)},
                      {"text", or_null(each.text)},
                      {"reason", or_null(each.reason)},
                      {"area", std::string(to_string(point.area))},
                      {"address", point.address},
                      {"source", point.source},
                      {"verified", point.verified}});
  }
  body["taken"] = format_rfc3339(utc);
  body["points"] = points;
  return dump_json(body) + "\n";
}

std::string outcome_text(const WriteOutcome& outcome, const Point& point) {
  if (!point.readable()) return point.name + ": " + number(outcome.asked) + " was sent\n";
  return point.name + ": " + number(outcome.before) + " before, " + number(outcome.after) +
         " read back" + (point.unit.empty() ? "" : " [" + point.unit + "]") + "\n";
}

std::string outcome_json(const WriteOutcome& outcome, const Point& point) {
  const bool read = point.readable();
  return dump_json(json{{"point", point.name},
                        {"unit", point.unit},
                        {"before", read ? json(outcome.before) : json(nullptr)},
                        {"asked", outcome.asked},
                        {"after", read ? json(outcome.after) : json(nullptr)},
                        {"ok", outcome.held()}}) +
         "\n";
}

}  // namespace soakrig::app
