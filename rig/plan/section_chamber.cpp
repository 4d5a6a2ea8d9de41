// SPDX-License-Identifier: Apache-2.0
//
// [chamber]: where the boards stand, within which bounds, and what its sensor is worth.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "rig/plan/sections.hpp"

namespace soakrig::plan {

namespace {

constexpr std::size_t kMaxCorrections = 64;
constexpr Nanos kLeastTimer = 10 * kSecond;
constexpr double kMostCorrection = 20.0;  // K: a sensor that is further off is broken

void check_envelope(const TableReader& limits, const ChamberSpec& spec, Build& build) {
  if (spec.low && spec.high && *spec.low >= *spec.high) {
    build.faults.add(limits.place("low"), "[chamber] limits: low is not below high",
                     "swap or correct them");
  }
  if (spec.humidity_low >= spec.humidity_high) {
    build.faults.add(limits.place("humidity_low"),
                     "[chamber] limits: humidity_low is not below humidity_high",
                     "swap or correct them");
  }
}

void read_guard_times(const TableReader& chamber, ChamberSpec& spec, Build& build) {
  const Value* table = chamber.find("guard");
  if (table == nullptr) return;
  const TableReader reader(table, {"chamber.guard"}, "[chamber] guard", build.faults);
  spec.guard.grace = reader.duration("grace").value_or(spec.guard.grace);
  spec.guard.stale = reader.duration("stale").value_or(spec.guard.stale);
  spec.guard.timer = reader.duration("timer").value_or(spec.guard.timer);
  if (spec.guard.timer > 0 && spec.guard.timer < kLeastTimer) {
    build.faults.add(reader.place("timer"), "[chamber] guard timer is shorter than ten seconds",
                     "it is wound up again every quarter of its time; \"0s\" uses none");
  }
}

bool number_of(std::string_view text, double& out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc{} && end == text.data() + text.size();
}

// "-40:+0.3": where it shows -40 Cel, 0.3 K are to be added.
std::optional<CorrectionPoint> parse_correction(std::string_view text) {
  const std::size_t mark = text.find(':');
  CorrectionPoint out;
  if (mark == std::string_view::npos || !number_of(text.substr(0, mark), out.at) ||
      !number_of(text.substr(mark + 1), out.add)) {
    return std::nullopt;
  }
  const bool sane = out.at >= -200 && out.at <= 500 && std::abs(out.add) <= kMostCorrection;
  return sane ? std::optional(out) : std::nullopt;
}

void check_order(const TableReader& reader, const ChamberCalibration& found, Build& build) {
  for (std::size_t i = 1; i < found.corrections.size(); ++i) {
    const CorrectionPoint &a = found.corrections[i - 1], &b = found.corrections[i];
    if (b.at > a.at && b.at + b.add > a.at + a.add) continue;
    build.faults.add(reader.place("corrections"),
                     reader.where() + " corrections do not climb from " + plain(a.at) + " to " +
                         plain(b.at) + " Cel",
                     "list them from cold to hot; corrected, a warmer reading must stay warmer");
    return;
  }
}

void read_corrections(const TableReader& chamber, ChamberSpec& spec, Build& build) {
  const Value* table = chamber.find("calibration");
  if (table == nullptr) return;
  const TableReader reader(table, {"chamber.calibration"}, "[chamber] calibration", build.faults);
  ChamberCalibration found{reader.text("date").value_or(""),
                           reader.text("due").value_or(""),
                           reader.text("certificate").value_or(""),
                           reader.text("source").value_or(""),
                           {}};
  check_calibration_dates(reader, build);
  const std::vector<std::string> rows = reader.texts("corrections");
  if (reader.has("offset") == reader.has("corrections") || rows.size() > kMaxCorrections) {
    build.faults.add(reader.place("corrections"),
                     reader.where() + " needs offset or corrections, and not both",
                     "offset = -0.4, or corrections = [\"-40:+0.3\", \"85:-0.6\"], 64 at most");
  }
  if (const auto offset = reader.number("offset")) found.corrections.push_back({0, *offset});
  for (const std::string& text : rows) {
    if (const auto row = parse_correction(text)) {
      found.corrections.push_back(*row);
    } else {
      build.faults.add(reader.place("corrections"),
                       reader.where() + " corrections: '" + shown(text) + "' is none",
                       "write READING:ADD, such as \"85:-0.6\": Cel shown, K to add, 20 at most");
    }
  }
  check_order(reader, found, build);
  spec.calibration = std::move(found);
}

}  // namespace

void read_chamber(const Value& root, Build& build) {
  const Value* table = table_at(root, "chamber");
  if (table == nullptr) return;
  const TableReader chamber(table, {"chamber"}, "[chamber]", build.faults);
  ChamberSpec spec;
  spec.map = chamber.text("map").value_or("watlow-f4t");
  if (spec.map.find('/') != std::string::npos) spec.map = resolve_path(build.folder, spec.map);
  spec.connect = read_instrument_connect(chamber, build);
  if (const Value* limits = chamber.find("limits")) {
    const TableReader reader(limits, {"chamber.limits"}, "[chamber] limits", build.faults, true);
    spec.low = reader.number("low");
    spec.high = reader.number("high");
    spec.humidity_low = reader.number("humidity_low").value_or(spec.humidity_low);
    spec.humidity_high = reader.number("humidity_high").value_or(spec.humidity_high);
    check_envelope(reader, spec, build);
    spec.limits = read_limits(*limits, "[chamber]", "chamber.limits", build.faults);
  }
  spec.safe_humidity = std::clamp(spec.safe_humidity, spec.humidity_low,
                                  std::max(spec.humidity_low, spec.humidity_high));
  if (const Value* safe = chamber.find("safe")) {
    const TableReader reader(safe, {"chamber.safe"}, "[chamber] safe", build.faults);
    spec.safe_temperature = reader.number("temperature");
    spec.safe_humidity = reader.number("humidity").value_or(spec.safe_humidity);
    if (spec.safe_humidity < spec.humidity_low || spec.safe_humidity > spec.humidity_high) {
      build.faults.add(reader.place("humidity"),
                       "[chamber] safe humidity is outside the chamber's limits",
                       "choose one between humidity_low and humidity_high");
    }
    const double kept = spec.safe_temperature.value_or(0);
    if (spec.safe_temperature &&
        ((spec.low && kept < *spec.low) || (spec.high && kept > *spec.high))) {
      build.faults.add(reader.place("temperature"),
                       "[chamber] safe temperature is outside the chamber's limits",
                       "choose one between low and high");
    }
  }
  spec.slew_max = chamber.number("slew_max").value_or(spec.slew_max);
  read_guard_times(chamber, spec, build);
  read_corrections(chamber, spec, build);
  build.settle = read_settle(chamber, {}, build);
  build.spec.chamber = spec;
}

}  // namespace soakrig::plan
