// SPDX-License-Identifier: Apache-2.0
//
// The virtual relay: switches behind the registers of a relay map, with the pulses that the board
// times itself, so that power comes back although whoever ordered it is dead. All are closed at the
// start: the board is powered. Not thread-safe.
#pragma once

#include <vector>

#include "rig/virtual/register_bank.hpp"

namespace soakrig::virtual_bench {

class VirtualRelay {
 public:
  VirtualRelay(instruments::RegisterMap map, std::uint8_t unit);
  VirtualRelay(const VirtualRelay&) = delete;
  VirtualRelay& operator=(const VirtualRelay&) = delete;

  // Pulses go on for dt seconds.
  void step(double dt);
  // Of switch 1, 2…; false for one that there is not.
  [[nodiscard]] bool closed(std::size_t number) const;
  [[nodiscard]] RegisterBank& bank() { return bank_; }

 private:
  void ordered(const instruments::Point& point, double value);
  void set(std::size_t number, bool closed);

  struct Pulse {
    std::size_t number = 0;
    double left = 0;      // s
    bool closed = false;  // what it is afterwards
  };
  RegisterBank bank_;
  std::vector<bool> closed_;
  std::vector<Pulse> pulses_;
};

}  // namespace soakrig::virtual_bench
