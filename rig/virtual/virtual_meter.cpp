// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/virtual_meter.hpp"

#include "rig/virtual/virtual_chamber.hpp"

namespace soakrig::virtual_bench {
namespace {

constexpr double kVolts = 12.0;  // a small board's supply
constexpr double kHertz = 50.0;  // what an AC meter's map has besides

}  // namespace

VirtualMeter::VirtualMeter(instruments::RegisterMap map, std::uint8_t unit)
    : bank_(std::move(map), unit) {
  show_identity(bank_);
  step(0, 0);
}

void VirtualMeter::step(double watts, double dt) {
  joules_ += watts * dt;
  show("power", watts);
  show("voltage", kVolts);
  show("current", watts / kVolts);
  show("power_factor", 1.0);
  show("frequency", kHertz);
  show("energy", joules_);
}

void VirtualMeter::show(std::string_view point, double value) {
  if (bank_.has(point)) bank_.set(point, value);
}

}  // namespace soakrig::virtual_bench
