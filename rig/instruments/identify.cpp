// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/identify.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace soakrig::instruments {
namespace {

// A float whose words are swapped is almost always tiny or huge; below this it is not believed.
constexpr double kSmallestSane = 1e-2;
constexpr int kMostDecimals = 4;
constexpr double kSameWithin = 0.5;  // the readings are of two moments

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

// One device, asked and noted down.
class Inquiry {
 public:
  Inquiry(const RegisterMap& map, std::uint8_t unit, const ReadFunction& read, Identified& out)
      : map_(map), unit_(unit), read_(read), out_(out) {}

  Result<void> part_number() {
    const Identify& rules = map_.identify;
    if (rules.point.empty()) return {};
    const Point& point = *map_.find(rules.point);
    auto words = fetch(point, unit_, read_);
    if (!words && !rules.required && refuses(words.error())) return {};
    if (!words) return words.error();
    const std::string part = spell(point, *words);
    out_.identity.is_virtual = !rules.virtual_part.empty() && part == rules.virtual_part;
    out_.identity.part_number = part;
    note(rules.point, "'" + part + "'");
    if (out_.identity.is_virtual || accepted(rules, point, part)) return {};
    return Error{Errc::unsupported,
                 "the device says it is '" + part + "', which is no " + map_.title,
                 "name the register map of this device"};
  }

  Result<void> serial() {
    const std::string& name = map_.identify.serial_point;
    if (name.empty()) return {};
    const auto words = fetch(*map_.find(name), unit_, read_);
    // A serial number is worth having, not worth refusing a device that has none.
    if (!words && words.error().code != Errc::unsupported) return words.error();
    if (!words) return {};
    out_.identity.serial = spell(*map_.find(name), *words);
    note(name, out_.identity.serial);
    return {};
  }

  Result<void> units() {
    const std::string& name = map_.identify.units_point;
    if (name.empty()) return {};
    const auto code = number(name);
    if (!code) return code.error();
    note(name, std::to_string(static_cast<int>(*code)));
    if (static_cast<std::uint16_t>(*code) == map_.find(name)->codes.at("celsius")) return {};
    return Error{Errc::unsupported,
                 "the device does not count in degrees Celsius (units code " +
                     std::to_string(static_cast<int>(*code)) + ")",
                 "set its communication units to Celsius"};
  }

  Result<void> proven_codes() {
    for (const std::string& name : map_.identify.prove) {
      const auto value = number(name);
      if (!value) return value.error();
      const auto& codes = map_.find(name)->codes;
      const auto found = std::ranges::find(
          codes, *value, [](const auto& code) { return static_cast<double>(code.second); });
      note(name, std::to_string(static_cast<int>(*value)));
      if (found != codes.end()) continue;
      return Error{Errc::unsupported,
                   name + " reads " + std::to_string(*value) + ", which no " + map_.title + " says",
                   "name the register map of this device"};
    }
    return {};
  }

  // By the probe; where that shows no order, as a set point of 0 does, by what `same` names. One
  // that speaks against another is refused.
  Result<void> word_order() {
    if (!map_.points.empty()) out_.order = map_.points.front().order;
    if (map_.identify.order_probe.empty()) return {};
    std::vector<std::string> probes = {map_.identify.order_probe};
    probes.insert(probes.end(), map_.identify.same.begin(), map_.identify.same.end());
    std::optional<WordOrder> order;
    Error unclear;
    for (const std::string& name : probes) {
      const Point& probe = *map_.find(name);
      if (probe.type != PointType::f32) continue;
      const auto words = fetch(probe, unit_, read_);
      if (!words) return words.error();
      const auto shown = probe_word_order(probe, *words);
      if (!shown && unclear.what.empty()) unclear = shown.error();
      if (!shown) continue;
      if (order && *order != *shown) {
        return Error{Errc::protocol, name + " shows another word order than " + probes.front()};
      }
      order = *shown;
      note("word order by " + name, std::string(to_string(*shown)));
      if (name == probes.front()) break;
    }
    if (!order) return unclear;
    out_.order = *order;
    return {};
  }

  Result<void> decimals() {
    for (const Point& point : map_.points) {
      const std::string& name = point.decimals_point;
      if (name.empty() || out_.decimals.contains(name)) continue;
      const auto value = number(name);
      if (!value && value.error().code == Errc::unsupported && !needed(name)) {
        out_.decimals[name] = -1;  // the device lacks the quantity, such as humidity
        continue;
      }
      if (!value) return value.error();
      if (*value < 0 || *value > kMostDecimals) {
        return Error{Errc::unsupported,
                     name + " reads " + std::to_string(*value) + ", which is no number of decimals",
                     "name the register map of this device"};
      }
      out_.decimals[name] = static_cast<int>(*value);
      note(name, std::to_string(out_.decimals[name]));
    }
    return {};
  }

  // Last: the points are read as they will be read from now on.
  Result<void> mirrors() {
    if (map_.identify.same.empty()) return {};
    RegisterMap known = map_;
    apply_identity(known, out_);
    std::optional<double> first;
    for (const std::string& name : map_.identify.same) {
      const Point& point = *known.find(name);
      const auto words = fetch(point, unit_, read_);
      if (!words) return words.error();
      const auto value = read_point(point, *words, point.address);
      if (!value) return value.error();
      note(name, std::to_string(*value));
      if (!first) first = *value;
      if (std::abs(*value - *first) <= kSameWithin) continue;
      return Error{Errc::unsupported,
                   name + " reads " + std::to_string(*value) + " where " +
                       map_.identify.same.front() + " reads " + std::to_string(*first) + ": on a " +
                       map_.title + " both are one quantity",
                   "name the register map of this device"};
    }
    return {};
  }

 private:
  Result<double> number(const std::string& name) {
    const Point& point = *map_.find(name);
    const auto words = fetch(point, unit_, read_);
    if (!words) return words.error();
    return decode_number(point.type, point.order, *words);
  }

  // A chamber without humidity lacks its decimals; one without those of its temperature is another.
  [[nodiscard]] bool needed(const std::string& decimals) const {
    return std::ranges::any_of(map_.points, [&](const Point& point) {
      return point.decimals_point == decimals &&
             (point.name == "temperature" || point.name == "set_point" || point.name == "power");
    });
  }

  // Some devices answer a register that they do not have with silence: if one that they must have
  // is answered, the silence was a refusal.
  bool refuses(const Error& error) {
    if (error.code == Errc::unsupported) return true;
    if (error.code != Errc::timeout) return false;
    const auto known = std::ranges::find_if(map_.points, [&](const Point& point) {
      return point.readable() && point.name != map_.identify.point &&
             point.name != map_.identify.serial_point;
    });
    return known != map_.points.end() && fetch(*known, unit_, read_).has_value();
  }

  void note(const std::string& what, const std::string& value) {
    out_.proofs.push_back(what + ": " + value);
  }

  const RegisterMap& map_;
  const std::uint8_t unit_;
  const ReadFunction& read_;
  Identified& out_;
};

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
  Inquiry inquiry(map, unit, read, out);
  for (const auto step :
       {&Inquiry::part_number, &Inquiry::serial, &Inquiry::units, &Inquiry::proven_codes,
        &Inquiry::word_order, &Inquiry::decimals, &Inquiry::mirrors}) {
    if (auto done = (inquiry.*step)(); !done) return done.error();
  }
  return out;
}

void apply_identity(RegisterMap& map, const Identified& found) {
  for (Point& point : map.points) {
    if (!map.identify.order_probe.empty() && point.type != PointType::text) {
      point.order = found.order;
    }
    const auto decimals = found.decimals.find(point.decimals_point);
    if (decimals != found.decimals.end()) point.decimals = decimals->second;
  }
}

}  // namespace soakrig::instruments
