// SPDX-License-Identifier: Apache-2.0
//
// The virtual chamber as a device: the chamber model behind the registers of a chamber map. Orders
// come in as register writes, readings go out as registers. Not thread-safe.
#pragma once

#include <optional>

#include "rig/virtual/chamber_model.hpp"
#include "rig/virtual/register_bank.hpp"

namespace soakrig::virtual_bench {

class VirtualChamber {
 public:
  VirtualChamber(instruments::RegisterMap map, std::uint8_t unit,
                 const ChamberParameters& parameters);
  VirtualChamber(const VirtualChamber&) = delete;
  VirtualChamber& operator=(const VirtualChamber&) = delete;

  // Takes the orders from the registers, advances the air, shows the result.
  void step(double dt);
  // Shows the temperature of now for as long as it is frozen; the air itself goes on.
  void freeze(bool frozen) { frozen_ = frozen; }
  [[nodiscard]] const ChamberState& state() const { return state_; }
  [[nodiscard]] RegisterBank& bank() { return bank_; }

 private:
  [[nodiscard]] ChamberOrders orders() const;
  void show();
  [[nodiscard]] std::optional<double> code(const char* point, const char* word) const;
  void set_up_timer();
  void run_timer(double dt);

  ChamberParameters parameters_;
  RegisterBank bank_;
  ChamberState state_;
  bool frozen_ = false;
  std::optional<double> timer_left_;  // s; where the map has a timer and it runs
};

// The registers' answer to who they are, as every virtual device says it.
void show_identity(RegisterBank& bank);

}  // namespace soakrig::virtual_bench
