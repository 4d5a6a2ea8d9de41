// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/virtual_chamber.hpp"

#include <cstdlib>

namespace soakrig::virtual_bench {

using instruments::Point;
using instruments::PointType;

void show_identity(RegisterBank& bank) {
  const auto& rules = bank.map().identify;
  if (!rules.point.empty()) {
    if (bank.map().find(rules.point)->type == PointType::text) {
      bank.set_text(rules.point, rules.virtual_part);
    } else {
      bank.set(rules.point, std::strtod(rules.virtual_part.c_str(), nullptr));
    }
  }
  if (!rules.serial_point.empty()) {
    if (bank.map().find(rules.serial_point)->type == PointType::text) {
      bank.set_text(rules.serial_point, "1");
    } else {
      bank.set(rules.serial_point, 1);
    }
  }
  if (!rules.units_point.empty()) {
    bank.set(rules.units_point, bank.map().find(rules.units_point)->codes.at("celsius"));
  }
  if (!rules.order_probe.empty()) bank.set(rules.order_probe, 180.0);
}

VirtualChamber::VirtualChamber(instruments::RegisterMap map, std::uint8_t unit,
                               const ChamberParameters& parameters)
    : parameters_(parameters), bank_(std::move(map), unit), state_(initial_chamber(parameters)) {
  show_identity(bank_);
  bank_.set("set_point", parameters.room);
  if (bank_.has("humidity_set_point")) bank_.set("humidity_set_point", parameters.room_humidity);
  // As a chamber that was left switched off.
  for (const char* point : {"mode", "actual_mode", "ramp_action"}) {
    const Point* found = bank_.map().find(point);
    if (found != nullptr && found->codes.contains("off")) bank_.set(point, found->codes.at("off"));
  }
  const Point* scale = bank_.map().find("ramp_scale");
  if (scale != nullptr && scale->codes.contains("minutes")) {
    bank_.set("ramp_scale", scale->codes.at("minutes"));
  }
  set_up_timer();
  show();
}

std::optional<double> VirtualChamber::code(const char* point, const char* word) const {
  const Point* found = bank_.map().find(point);
  if (found == nullptr || !found->codes.contains(word)) return std::nullopt;
  return found->codes.at(word);
}

// As somebody set it up: a timer that dwells and ends in off. It starts where a master turns it
// from reset to run, also between two steps.
void VirtualChamber::set_up_timer() {
  const auto dwell = code("timer_type", "dwell"), off = code("timer_end", "off"),
             run = code("timer_status", "run"), reset = code("timer_status", "reset");
  if (!dwell || !off || !run || !reset || !bank_.has("timer_dwell")) return;
  bank_.set("timer_type", *dwell);
  bank_.set("timer_end", *off);
  bank_.on_write([this, run, reset](const Point& point, double value) {
    if (point.name != "timer_status") return;
    if (value == *run && !timer_left_) timer_left_ = bank_.get("timer_dwell");
    if (value == *reset) timer_left_.reset();
  });
}

void VirtualChamber::run_timer(double dt) {
  if (!timer_left_ || bank_.get("timer_status") != code("timer_status", "run")) return;
  *timer_left_ -= dt;
  if (*timer_left_ > 0) return;
  timer_left_.reset();
  bank_.set("timer_status", code("timer_status", "end").value_or(0));
  if (bank_.get("timer_end") == code("timer_end", "off")) {
    bank_.set("mode", code("mode", "off").value_or(0));
  }
}

ChamberOrders VirtualChamber::orders() const {
  const auto code_is = [this](const char* point, const char* code) {
    const Point* found = bank_.map().find(point);
    return found != nullptr && found->codes.contains(code) &&
           static_cast<std::uint16_t>(bank_.get(point)) == found->codes.at(code);
  };
  ChamberOrders orders;
  orders.set_point = bank_.get("set_point");
  if (bank_.has("humidity_set_point")) orders.humidity_set_point = bank_.get("humidity_set_point");
  orders.conditioning = !code_is("mode", "off");
  if (bank_.has("ramp_rate") &&
      (code_is("ramp_action", "set_point") || code_is("ramp_action", "both"))) {
    const double scale = code_is("ramp_scale", "hours") ? 3600.0 : 60.0;
    orders.ramp = bank_.get("ramp_rate") / scale;
  }
  return orders;
}

void VirtualChamber::step(double dt) {
  run_timer(dt);
  state_ = virtual_bench::step(parameters_, state_, orders(), dt);
  show();
}

void VirtualChamber::show() {
  if (!frozen_) bank_.set("temperature", state_.air);
  if (bank_.has("working_set_point")) bank_.set("working_set_point", state_.working_set_point);
  if (bank_.has("output")) bank_.set("output", state_.output);
  if (bank_.has("humidity")) bank_.set("humidity", state_.humidity);
  // What a real controller shows twice.
  for (const std::string& copy : bank_.map().identify.same) {
    if (copy != "temperature") bank_.set(copy, bank_.get("temperature"));
  }
  for (const char* set_point : {"set_point", "humidity_set_point"}) {
    const std::string in_use = std::string(set_point) + "_in_use";
    if (bank_.has(in_use) && bank_.has(set_point)) bank_.set(in_use, bank_.get(set_point));
  }
  if (bank_.has("actual_mode") && bank_.has("mode")) bank_.set("actual_mode", bank_.get("mode"));
}

}  // namespace soakrig::virtual_bench
