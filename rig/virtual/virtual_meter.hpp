// SPDX-License-Identifier: Apache-2.0
//
// The virtual power meter: the board's power, as the thermal model has it, behind the registers of
// a meter map, with the voltage and current of a small supply. Not thread-safe.
#pragma once

#include "rig/virtual/register_bank.hpp"

namespace soakrig::virtual_bench {

class VirtualMeter {
 public:
  VirtualMeter(instruments::RegisterMap map, std::uint8_t unit);
  VirtualMeter(const VirtualMeter&) = delete;
  VirtualMeter& operator=(const VirtualMeter&) = delete;

  // The board drew `watts` for dt seconds.
  void step(double watts, double dt);
  [[nodiscard]] RegisterBank& bank() { return bank_; }

 private:
  void show(std::string_view point, double value);
  RegisterBank bank_;
  double joules_ = 0;
};

}  // namespace soakrig::virtual_bench
