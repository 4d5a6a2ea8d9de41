// SPDX-License-Identifier: Apache-2.0
//
// What no single key of a register map can show.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "rig/instruments/register_map.hpp"

namespace soakrig::instruments {
namespace {

constexpr std::size_t kMaxSwitches = 64;

Error wrong(const RegisterMap& map, int line, const std::string& what,
            const std::string& remedy = {}) {
  return Error{Errc::invalid, what, remedy, map.file, std::max(line, 1)};
}

// Several bits may share a register, and an order that is only written is no quantity. Anything
// else has its registers for itself.
bool may_share(const Point& a, const Point& b) {
  if (!a.readable() || !b.readable()) return a.address == b.address && a.length == b.length;
  return a.type == PointType::bit && b.type == PointType::bit && a.bit != b.bit;
}

void check_overlaps(const RegisterMap& map) {
  for (std::size_t i = 0; i < map.points.size(); ++i) {
    const Point& a = map.points[i];
    for (std::size_t j = i + 1; j < map.points.size(); ++j) {
      const Point& b = map.points[j];
      if (b.area != a.area || b.address >= a.end()) break;  // sorted by area and address
      if (may_share(a, b)) continue;
      throw wrong(
          map, std::max(a.line, b.line),
          "points '" + a.name + "' and '" + b.name + "' overlap at register " +
              std::to_string(b.address),
          "one register is one quantity; see line " + std::to_string(std::min(a.line, b.line)));
    }
    for (std::size_t j = i + 1; j < map.points.size(); ++j) {
      if (a.name != map.points[j].name) continue;
      throw wrong(map, std::max(a.line, map.points[j].line),
                  "two points are named '" + a.name + "'");
    }
  }
}

const Point& need(const RegisterMap& map, std::string_view name, bool writable, const char* unit) {
  const Point* point = map.find(name);
  if (point == nullptr || !point->readable() || point->type == PointType::text) {
    throw wrong(map, 1,
                "a " + std::string(to_string(map.kind)) + " needs a readable point '" +
                    std::string(name) + "'");
  }
  if (writable && !point->writable()) {
    throw wrong(map, point->line, "point '" + std::string(name) + "' must have access = \"rw\"");
  }
  if (unit != nullptr && point->unit != unit) {
    throw wrong(
        map, point->line,
        "point '" + std::string(name) + "' must be in " + unit + ", not in '" + point->unit + "'",
        "convert with scale and offset");
  }
  return *point;
}

// A temperature in degrees Fahrenheit that is taken for Celsius is a fire; so the unit of every
// point that a driver knows is checked wherever it stands.
void check_units_of_points(const RegisterMap& map) {
  struct Known {
    std::string_view name;
    const char* unit;
  };
  constexpr Known kKnown[] = {{"temperature", "Cel"},
                              {"set_point", "Cel"},
                              {"working_set_point", "Cel"},
                              {"humidity", "%"},
                              {"humidity_set_point", "%"},
                              {"output", "%"},
                              {"power", "W"},
                              {"voltage", "V"},
                              {"current", "A"},
                              {"energy", "J"},
                              {"ramp_rate", "K/min"},
                              {"timer_dwell", "s"}};
  for (const Known& known : kKnown) {
    if (map.find(known.name) != nullptr) need(map, known.name, false, known.unit);
  }
}

// All of a timer, or nothing of it: half of one cannot end a phase.
void check_timer(const RegisterMap& map) {
  constexpr std::pair<const char*, std::array<const char*, 2>> kTimer[] = {
      {"timer_type", {"dwell", "dwell"}},
      {"timer_end", {"off", "off"}},
      {"timer_status", {"reset", "run"}}};
  const Point* dwell = map.find("timer_dwell");
  for (const auto& [name, words] : kTimer) {
    const Point* point = map.find(name);
    if (point == nullptr && dwell == nullptr) continue;
    const int line = point != nullptr ? point->line : dwell->line;
    if (point == nullptr || dwell == nullptr || !dwell->writable() || !dwell->readable()) {
      throw wrong(map, line, "a timer needs timer_type, timer_end, timer_status and timer_dwell",
                  "the time must be readable and writable; or leave all of them out");
    }
    for (const char* word : words) {
      if (point->codes.contains(word)) continue;
      throw wrong(map, line, "point '" + std::string(name) + "' needs a code named '" + word + "'");
    }
  }
  if (dwell != nullptr && !(map.find("timer_status")->writable() && map.find("mode") != nullptr)) {
    throw wrong(map, dwell->line, "a timer needs a timer_status to write and a mode to end in off");
  }
}

void check_kind(const RegisterMap& map) {
  switch (map.kind) {
    case MapKind::meter:
      need(map, "power", false, "W");
      return;
    case MapKind::ambient:
      need(map, "temperature", false, "Cel");
      return;
    case MapKind::relay: {
      need(map, "switch1", true, nullptr);
      for (std::size_t i = 1; i <= kMaxSwitches; ++i) {
        const Point* each = map.find("switch" + std::to_string(i));
        if (each == nullptr || each->type == PointType::bit) continue;
        if (!each->codes.contains("off") || !each->codes.contains("on")) {
          throw wrong(map, each->line,
                      "point '" + each->name + "' needs codes named 'off' and 'on'");
        }
      }
      return;
    }
    case MapKind::chamber:
      break;
  }
  need(map, "temperature", false, "Cel");
  const Point& set_point = need(map, "set_point", true, "Cel");
  if (!set_point.min || !set_point.max) {
    throw wrong(map, set_point.line, "point 'set_point' needs min and max",
                "say what the controller can be set to: it is the last limit before the device");
  }
  // A command is a word of the controller's: a mode point must say which.
  if (const Point* mode = map.find("mode");
      mode != nullptr && !(mode->codes.contains("off") && mode->codes.contains("auto"))) {
    throw wrong(map, mode->line, "point 'mode' needs codes named 'off' and 'auto'");
  }
  check_timer(map);
}

const Point& referred(const RegisterMap& map, const std::string& name, int line) {
  const Point* point = map.find(name);
  if (point == nullptr) throw wrong(map, line, "identify: there is no point '" + name + "'");
  if (!point->readable()) throw wrong(map, line, "identify: '" + name + "' cannot be read");
  return *point;
}

void check_identify(const RegisterMap& map) {
  const Identify& id = map.identify;
  const bool writes = map.kind == MapKind::chamber;
  if (writes && id.line == 0) {
    throw wrong(map, 1, "no [identify] table", "what is written to must be identified first");
  }
  if (writes && !id.proves_something()) {
    throw wrong(map, id.line, "identify: a chamber must be identified",
                "name a point that tells what it is, or points to prove it by (prove, same)");
  }
  for (const std::string& name : {id.point, id.serial_point, id.units_point, id.order_probe}) {
    if (!name.empty()) referred(map, name, id.line);
  }
  for (const std::string& name : id.prove) {
    if (referred(map, name, id.line).codes.empty()) {
      throw wrong(map, id.line, "identify: '" + name + "' has no codes to prove anything by");
    }
  }
  if (id.same.size() == 1) throw wrong(map, id.line, "identify: 'same' needs two points or more");
  for (const std::string& name : id.same) {
    const Point& point = referred(map, name, id.line);
    if (point.type == PointType::text) {
      throw wrong(map, id.line, "identify: '" + name + "' is a text; 'same' compares numbers");
    }
  }
  if (!id.units_point.empty() && !map.find(id.units_point)->codes.contains("celsius")) {
    throw wrong(map, id.line, "identify: the units point needs a code named 'celsius'");
  }
  if (id.order_probe.empty()) return;
  const Point& probe = *map.find(id.order_probe);
  if (probe.type != PointType::f32 || !probe.min || !probe.max) {
    throw wrong(map, id.line, "identify: order_probe must be an f32 with min and max");
  }
}

void check_decimals(const RegisterMap& map) {
  for (const Point& point : map.points) {
    if (point.decimals_point.empty()) continue;
    const Point* decimals = map.find(point.decimals_point);
    if (decimals == nullptr || !decimals->readable() || decimals->type != PointType::u16) {
      throw wrong(map, point.line,
                  "decimals of '" + point.name + "': there is no readable u16 '" +
                      point.decimals_point + "'");
    }
    if (point.type == PointType::text || point.type == PointType::bit ||
        point.type == PointType::f32 || point.type == PointType::f64) {
      throw wrong(map, point.line, "decimals are for whole numbers, not for '" + point.name + "'");
    }
  }
}

}  // namespace

Result<void> check_register_map(const RegisterMap& map) {
  try {
    check_overlaps(map);
    check_kind(map);
    check_units_of_points(map);
    check_decimals(map);
    check_identify(map);
    return {};
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace soakrig::instruments
