// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/virtual_relay.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "rig/virtual/virtual_chamber.hpp"

namespace soakrig::virtual_bench {
namespace {

std::string name_of(std::size_t number) { return "switch" + std::to_string(number); }

// The number behind `prefix`; 0 = the name is another's.
std::size_t number_behind(const std::string& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return 0;
  return static_cast<std::size_t>(std::strtoul(name.c_str() + prefix.size(), nullptr, 10));
}

}  // namespace

VirtualRelay::VirtualRelay(instruments::RegisterMap map, std::uint8_t unit)
    : bank_(std::move(map), unit) {
  show_identity(bank_);
  for (std::size_t i = 1; bank_.has(name_of(i)); ++i) {
    closed_.push_back(true);
    set(i, true);
  }
  bank_.on_write([this](const instruments::Point& point, double value) { ordered(point, value); });
}

void VirtualRelay::set(std::size_t number, bool closed) {
  closed_[number - 1] = closed;
  const auto* point = bank_.map().find(name_of(number));
  const double word = point->type == instruments::PointType::bit
                          ? (closed ? 1.0 : 0.0)
                          : point->codes.at(closed ? "on" : "off");
  bank_.set(point->name, word);
}

void VirtualRelay::ordered(const instruments::Point& point, double value) {
  if (const std::size_t number = number_behind(point.name, "switch"); number > 0) {
    // An order of its own ends a pulse.
    std::erase_if(pulses_, [number](const Pulse& pulse) { return pulse.number == number; });
    const bool is_bit = point.type == instruments::PointType::bit;
    set(number, is_bit ? value != 0.0 : static_cast<std::uint16_t>(value) == point.codes.at("on"));
    return;
  }
  const std::size_t off = number_behind(point.name, "pulse_off");
  const std::size_t on = number_behind(point.name, "pulse_on");
  const std::size_t number = std::max(off, on);
  if (number == 0 || number > closed_.size()) return;
  set(number, off == 0);
  pulses_.push_back({number, value, off != 0});
}

void VirtualRelay::step(double dt) {
  for (Pulse& pulse : pulses_) {
    pulse.left -= dt;
    if (pulse.left <= 0) set(pulse.number, pulse.closed);
  }
  std::erase_if(pulses_, [](const Pulse& pulse) { return pulse.left <= 0; });
}

bool VirtualRelay::closed(std::size_t number) const {
  return number >= 1 && number <= closed_.size() && closed_[number - 1];
}

}  // namespace soakrig::virtual_bench
