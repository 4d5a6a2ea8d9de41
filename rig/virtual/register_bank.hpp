// SPDX-License-Identifier: Apache-2.0
//
// The registers of one virtual device, laid out by the same register map that the driver reads, and
// its answers to Modbus requests. Registers that neither a point nor a block of the map covers do
// not exist. Pure: bytes in, bytes out.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rig/instruments/register_map.hpp"

namespace soakrig::virtual_bench {

class RegisterBank {
 public:
  RegisterBank(instruments::RegisterMap map, std::uint8_t unit);

  // The point must exist; a value that does not fit its registers is clamped to its min or max.
  void set(std::string_view point, double value);
  void set_text(std::string_view point, std::string_view text);
  [[nodiscard]] double get(std::string_view point) const;
  [[nodiscard]] bool has(std::string_view point) const { return map_.find(point) != nullptr; }
  [[nodiscard]] const instruments::RegisterMap& map() const { return map_; }
  [[nodiscard]] std::uint8_t unit() const { return unit_; }

  // Answer to one request (unit, function, data); nothing for another unit, as a device would.
  // Exceptions 1 (function), 2 (address), 3 (count or value; a value outside a point's min and
  // max, or none of its codes).
  [[nodiscard]] std::optional<std::vector<std::uint8_t>> answer(
      std::span<const std::uint8_t> request);
  // Called for each point that a master wrote, after it was written.
  void on_write(std::function<void(const instruments::Point&, double value)> call) {
    on_write_ = std::move(call);
  }

 private:
  using Area = instruments::Area;
  using Point = instruments::Point;
  std::uint16_t* find(Area area, std::uint32_t address);
  [[nodiscard]] const std::uint16_t* find(Area area, std::uint32_t address) const;
  void store(const Point& point, std::span<const std::uint16_t> words);
  std::vector<std::uint8_t> read(std::uint8_t function, std::span<const std::uint8_t> body);
  std::vector<std::uint8_t> write(std::uint8_t function, std::span<const std::uint8_t> body);
  std::uint8_t apply(Area area, std::uint16_t address, std::span<const std::uint16_t> words);
  [[nodiscard]] const Point* target(Area area, std::uint32_t address,
                                    std::span<const std::uint16_t> words, bool& exists) const;

  instruments::RegisterMap map_;
  std::uint8_t unit_;
  std::array<std::map<std::uint16_t, std::uint16_t>, 4> registers_;  // by area
  std::function<void(const Point&, double)> on_write_;
};

}  // namespace soakrig::virtual_bench
