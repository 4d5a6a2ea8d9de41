// SPDX-License-Identifier: Apache-2.0
//
// A register map: what a device keeps where, as data (docs/formats/register_map.md, maps/*.toml),
// so that an instrument is added without C++. Parsing is pure and validates everything: points that
// overlap or cannot exist are refused with file and line, before anything talks to a device.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/instruments/codec.hpp"

namespace soakrig::instruments {

enum class Area : std::uint8_t { holding, input, coil, discrete };
enum class Access : std::uint8_t { read, write, read_write };
enum class MapKind : std::uint8_t { chamber, meter, relay, ambient };

[[nodiscard]] std::string_view to_string(Area area);
// Coils and discrete inputs: one bit each, a request may be for 2000.
[[nodiscard]] constexpr bool is_bits(Area area) { return area >= Area::coil; }
[[nodiscard]] std::string_view to_string(MapKind kind);

// One named quantity of a device. value = raw * scale * 10^-decimals + offset, in `unit`.
struct Point {
  std::string name;
  Area area = Area::holding;
  std::uint16_t address = 0;  // 0-based, as in the protocol
  std::uint16_t length = 1;   // registers
  PointType type = PointType::u16;
  WordOrder order = WordOrder::abcd;
  Access access = Access::read;
  std::string unit;  // UCUM, empty for codes and text
  double scale = 1, offset = 0;
  std::string decimals_point;                  // holds the number of decimals; empty = none
  int decimals = 0;                            // as read from there at identification
  int bit = -1;                                // of a register, 0 = lowest; -1 = the whole register
  std::optional<double> min, max;              // in `unit`; a reading outside is an error
  std::vector<double> absent;                  // raw values that mean "no reading"
  std::map<std::string, std::uint16_t> codes;  // names of raw values: {"off", 62}
  // Where a device reads back other words than it is told: read value by name; the point then reads
  // the code of that name.
  std::map<std::string, std::uint16_t> reads;
  int chars_per_register = 2;  // text only
  std::string source;          // where this was learned
  bool verified = false;       // read in a vendor's document, or tried
  int line = 0;                // in the map's file

  [[nodiscard]] bool readable() const { return access != Access::write; }
  [[nodiscard]] bool writable() const { return access != Access::read; }
  [[nodiscard]] std::uint32_t end() const { return std::uint32_t{address} + length; }
  [[nodiscard]] double factor() const;  // scale and decimals together
};

// Registers read in one request, so that what belongs together is from one moment and a stale
// reply cannot be another quantity.
struct Block {
  std::string name;
  Area area = Area::holding;
  std::uint16_t start = 0, count = 0;
  int line = 0;
  [[nodiscard]] bool covers(const Point& point) const {
    return point.area == area && point.address >= start &&
           point.end() <= std::uint32_t{start} + count;
  }
};

// How to prove which device answers, before anything is written to it.
struct Identify {
  std::string point;                // a text or number point; empty = the device has none
  std::vector<std::string> accept;  // a text must begin with one, a number equal one; empty = any
  std::string virtual_part;         // what the virtual bench's device answers
  bool required = true;             // false: a device that refuses the point is taken unidentified
  std::string serial_point;         // may be empty
  std::string units_point;          // may be empty; must then read the code "celsius"
  std::string order_probe;          // float point that is sane in one word order only; may be empty
  std::vector<std::string> prove;   // points that must read one of their codes
  int line = 0;                     // in the map's file
  std::vector<std::string> same;    // points that must read the same, such as a documented mirror
  // Whether anything of a real device is looked at before it is believed.
  [[nodiscard]] bool proves_something() const {
    return (!point.empty() && required) || !prove.empty() || same.size() > 1;
  }
};

struct RegisterMap {
  std::string name, title, source, file;
  MapKind kind = MapKind::chamber;
  std::uint16_t max_registers = 125;  // in one request
  bool single_writes = true;          // function 6 for one register; false = always 16
  std::optional<double> accuracy;     // of reading, as a ratio
  Identify identify;
  std::vector<Point> points;  // sorted by area and address
  std::vector<Block> blocks;

  [[nodiscard]] const Point* find(std::string_view point) const;
  [[nodiscard]] const Block* block_of(const Point& point) const;
};

// What no single key can show: overlaps, names, what a kind needs, references, units. Errc::invalid
// with file and line.
[[nodiscard]] Result<void> check_register_map(const RegisterMap& map);

inline constexpr std::size_t kMaxMapBytes = 1u << 20;
inline constexpr std::size_t kMaxPoints = 4096;

// `file` is only for messages. Errc::invalid with file:line.
[[nodiscard]] Result<RegisterMap> parse_register_map(std::string_view toml,
                                                     const std::string& file);

// A value of `point` from registers that begin at `first_address`: scaled, checked against absent
// codes (Errc::not_found) and min/max (Errc::protocol).
[[nodiscard]] Result<double> read_point(const Point& point,
                                        std::span<const std::uint16_t> registers,
                                        std::uint16_t first_address);
// The registers that hold `value`. Errc::invalid when it is outside min/max or does not fit.
[[nodiscard]] Result<std::vector<std::uint16_t>> point_words(const Point& point, double value);

}  // namespace soakrig::instruments
