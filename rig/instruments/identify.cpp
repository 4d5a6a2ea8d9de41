// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/identify.hpp"

#include <algorithm>
#include <cmath>

namespace soakrig::instruments {
namespace {

// A float whose words are swapped is almost always tiny or huge; below this it is not believed.
constexpr double kSmallestSane = 1e-2;

bool sane(const Point& probe, std::span<const std::uint16_t> words, WordOrder order) {
  const auto value = decode_number(PointType::f32, order, words);
  return value && *value >= probe.min.value_or(-1e9) && *value <= probe.max.value_or(1e9) &&
         std::abs(*value) >= kSmallestSane;
}

// The words of one point; an exception becomes Errc::unsupported.
Result<std::vector<std::uint16_t>> fetch(const Point& point, std::uint8_t unit,
                                         const ReadFunction& read) {
  auto reply = read({unit, point.area, point.address, point.length});
  if (!reply) return reply.error();
  if (reply->exception == 6 || reply->exception == 5) {
    return Error{Errc::busy, point.name + ": " + describe_exception(reply->exception)};
  }
  if (reply->exception != 0) {
    return Error{Errc::unsupported, point.name + ": " + describe_exception(reply->exception),
                 "is this the device that the register map describes?"};
  }
  return std::move(reply->words);
}

std::string spell(const Point& point, std::span<const std::uint16_t> words) {
  if (point.type == PointType::text) return decode_text(words, point.chars_per_register);
  const auto number = decode_number(point.type, point.order, words);
  return number ? std::to_string(static_cast<std::int64_t>(*number)) : std::string();
}

bool accepted(const Identify& rules, const Point& point, const std::string& part) {
  if (rules.accept.empty()) return true;
  return std::ranges::any_of(rules.accept, [&](const std::string& known) {
    return point.type == PointType::text ? part.starts_with(known) : part == known;
  });
}

Result<void> take_part_number(const RegisterMap& map, std::uint8_t unit, const ReadFunction& read,
                              InstrumentIdentity& identity) {
  const Identify& rules = map.identify;
  if (rules.point.empty()) return {};
  const Point& point = *map.find(rules.point);
  const auto words = fetch(point, unit, read);
  if (!words) {
    if (words.error().code == Errc::unsupported && !rules.required) return {};
    return words.error();
  }
  identity.part_number = spell(point, *words);
  identity.is_virtual = !rules.virtual_part.empty() && identity.part_number == rules.virtual_part;
  if (identity.is_virtual || accepted(rules, point, identity.part_number)) return {};
  return Error{Errc::unsupported,
               "the device says it is '" + identity.part_number + "', which is no " + map.title,
               "name the register map of this device"};
}

Result<void> check_units(const RegisterMap& map, std::uint8_t unit, const ReadFunction& read) {
  if (map.identify.units_point.empty()) return {};
  const Point& point = *map.find(map.identify.units_point);
  const auto words = fetch(point, unit, read);
  if (!words) return words.error();
  const auto code = decode_number(point.type, point.order, *words);
  if (!code) return code.error();
  if (static_cast<std::uint16_t>(*code) != point.codes.at("celsius")) {
    return Error{Errc::unsupported,
                 "the device does not count in degrees Celsius (units code " +
                     std::to_string(static_cast<int>(*code)) + ")",
                 "set its communication units to Celsius"};
  }
  return {};
}

}  // namespace

Result<WordOrder> probe_word_order(const Point& probe, std::span<const std::uint16_t> words) {
  const bool low_first = sane(probe, words, WordOrder::cdab);
  const bool high_first = sane(probe, words, WordOrder::abcd);
  if (low_first != high_first) return low_first ? WordOrder::cdab : WordOrder::abcd;
  return Error{Errc::protocol,
               probe.name + (low_first ? " makes sense in either word order"
                                       : " makes sense in no word order"),
               "set it to a round value such as 80 on the device, so that its word order shows"};
}

Result<Identified> identify_device(const RegisterMap& map, std::uint8_t unit,
                                   const ReadFunction& read) {
  Identified out;
  out.identity.map = map.name;
  if (auto part = take_part_number(map, unit, read, out.identity); !part) return part.error();
  if (!map.identify.serial_point.empty() && !out.identity.part_number.empty()) {
    const Point& serial = *map.find(map.identify.serial_point);
    const auto words = fetch(serial, unit, read);
    // A serial number is worth having, not worth refusing a device that has none.
    if (!words && words.error().code != Errc::unsupported) return words.error();
    if (words) out.identity.serial = spell(serial, *words);
  }
  if (auto units = check_units(map, unit, read); !units) return units.error();
  if (!map.points.empty()) out.order = map.points.front().order;
  if (!map.identify.order_probe.empty()) {
    const Point& probe = *map.find(map.identify.order_probe);
    const auto words = fetch(probe, unit, read);
    if (!words) return words.error();
    const auto order = probe_word_order(probe, *words);
    if (!order) return order.error();
    out.order = *order;
  }
  return out;
}

void apply_word_order(RegisterMap& map, WordOrder order) {
  if (map.identify.order_probe.empty()) return;  // nothing was proven
  for (Point& point : map.points) {
    if (point.type != PointType::text) point.order = order;
  }
}

}  // namespace soakrig::instruments
