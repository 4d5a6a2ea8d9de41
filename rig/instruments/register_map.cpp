// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/register_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace soakrig::instruments {

std::string_view to_string(Area area) {
  constexpr std::array<std::string_view, 4> kNames = {"holding", "input", "coil", "discrete"};
  return kNames[static_cast<std::size_t>(area)];
}
std::string_view to_string(MapKind kind) {
  constexpr std::array<std::string_view, 4> kNames = {"chamber", "meter", "relay", "ambient"};
  return kNames[static_cast<std::size_t>(kind)];
}

double Point::factor() const {
  double factor = scale;
  for (int i = 0; i < decimals; ++i) factor /= 10.0;
  return factor;
}

const Point* RegisterMap::find(std::string_view point) const {
  const auto found = std::ranges::find(points, point, &Point::name);
  return found == points.end() ? nullptr : &*found;
}

const Block* RegisterMap::block_of(const Point& point) const {
  const auto found =
      std::ranges::find_if(blocks, [&](const Block& block) { return block.covers(point); });
  return found == blocks.end() ? nullptr : &*found;
}

namespace {

// What the device would have been told to read so.
Result<double> told_by(const Point& point, double raw) {
  const auto found = std::ranges::find(
      point.reads, raw, [](const auto& entry) { return static_cast<double>(entry.second); });
  if (found != point.reads.end()) return static_cast<double>(point.codes.at(found->first));
  return Error{Errc::protocol,
               point.name + " reads " + std::to_string(raw) + ", which it cannot be",
               "check the register map against the device"};
}

}  // namespace

Result<double> read_point(const Point& point, std::span<const std::uint16_t> registers,
                          std::uint16_t first_address) {
  if (point.address < first_address || point.end() > first_address + registers.size()) {
    return Error{Errc::invalid, point.name + " is outside the registers read"};
  }
  const auto words =
      registers.subspan(static_cast<std::size_t>(point.address - first_address), point.length);
  if (point.decimals < 0) {
    return Error{Errc::not_found, point.name + ": the device does not have it"};
  }
  const auto raw = point.bit >= 0 ? Result<double>(static_cast<double>(words[0] >> point.bit & 1))
                                  : decode_number(point.type, point.order, words);
  if (!raw) {
    Error error = raw.error();
    error.what = point.name + ": " + error.what;
    return error;
  }
  if (std::ranges::find(point.absent, *raw) != point.absent.end()) {
    return Error{Errc::not_found, point.name + ": the device reports no reading (sensor break)"};
  }
  if (!point.reads.empty()) return told_by(point, *raw);
  const double value = *raw * point.factor() + point.offset;
  if ((point.min && value < *point.min) || (point.max && value > *point.max)) {
    return Error{
        Errc::protocol,
        point.name + " reads " + std::to_string(value) + " " + point.unit + ", which it cannot be",
        "check the register map against the device"};
  }
  return value;
}

Result<std::vector<std::uint16_t>> point_words(const Point& point, double value) {
  if (!std::isfinite(value) || point.decimals < 0 || (point.min && value < *point.min) ||
      (point.max && value > *point.max)) {
    return Error{Errc::invalid,
                 point.name + " cannot be set to " + std::to_string(value) + " " + point.unit};
  }
  return encode_number(point.type, point.order, (value - point.offset) / point.factor());
}

}  // namespace soakrig::instruments
