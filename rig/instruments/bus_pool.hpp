// SPDX-License-Identifier: Apache-2.0
//
// One bus for each line, however many instruments hang on it: a serial port has one master, and so
// has a gateway that can do one thing at a time. Not thread-safe; the buses are.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rig/instruments/bus.hpp"

namespace soakrig::instruments {

class BusPool {
 public:
  // The bus of the connect string's line, made at the first call. Errc::invalid for a bad string,
  // and where another instrument wants the same line set up differently. `clock` must outlive all.
  [[nodiscard]] Result<std::shared_ptr<ModbusBus>> get(const std::string& connect,
                                                       const Clock& clock) {
    const auto spec = parse_connect(connect);
    if (!spec) return spec.error();
    for (const auto& bus : buses_) {
      if (bus->connect().endpoint() != spec->endpoint()) continue;
      if (bus->connect().same_line(*spec)) return bus;
      return Error{Errc::invalid,
                   "two instruments want " + spec->endpoint() + " set up differently",
                   "one line has one baud rate, parity and stop bits"};
    }
    buses_.push_back(std::make_shared<ModbusBus>(*spec, clock));
    return buses_.back();
  }

 private:
  std::vector<std::shared_ptr<ModbusBus>> buses_;
};

}  // namespace soakrig::instruments
