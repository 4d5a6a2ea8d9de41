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
std::string_view to_string(MapKind kind) { return kind == MapKind::chamber ? "chamber" : "meter"; }

const Point* RegisterMap::find(std::string_view point) const {
  const auto found = std::ranges::find(points, point, &Point::name);
  return found == points.end() ? nullptr : &*found;
}

const Block* RegisterMap::block_of(const Point& point) const {
  const auto found =
      std::ranges::find_if(blocks, [&](const Block& block) { return block.covers(point); });
  return found == blocks.end() ? nullptr : &*found;
}

Result<double> read_point(const Point& point, std::span<const std::uint16_t> registers,
                          std::uint16_t first_address) {
  if (point.address < first_address || point.end() > first_address + registers.size()) {
    return Error{Errc::invalid, point.name + " is outside the registers read"};
  }
  const auto words =
      registers.subspan(static_cast<std::size_t>(point.address - first_address), point.length);
  const auto raw = decode_number(point.type, point.order, words);
  if (!raw) {
    Error error = raw.error();
    error.what = point.name + ": " + error.what;
    return error;
  }
  if (std::ranges::find(point.absent, *raw) != point.absent.end()) {
    return Error{Errc::not_found, point.name + ": the device reports no reading (sensor break)"};
  }
  const double value = *raw * point.scale + point.offset;
  if ((point.min && value < *point.min) || (point.max && value > *point.max)) {
    return Error{
        Errc::protocol,
        point.name + " reads " + std::to_string(value) + " " + point.unit + ", which it cannot be",
        "check the register map against the device"};
  }
  return value;
}

Result<std::vector<std::uint16_t>> point_words(const Point& point, double value) {
  if (!std::isfinite(value) || (point.min && value < *point.min) ||
      (point.max && value > *point.max)) {
    return Error{Errc::invalid,
                 point.name + " cannot be set to " + std::to_string(value) + " " + point.unit};
  }
  return encode_number(point.type, point.order, (value - point.offset) / point.scale);
}

}  // namespace soakrig::instruments
