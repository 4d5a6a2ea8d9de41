// SPDX-License-Identifier: Apache-2.0
//
// The virtual instruments of a bench and the Modbus lines that they hang on: chamber, meter, relay,
// a transmitter for the room, and any further device of any register map. Over TCP each device has
// a port of its own; as RTU, on a serial port or over TCP, all are units of one line. Not
// thread-safe.
#pragma once

#include <poll.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "rig/virtual/modbus_server.hpp"
#include "rig/virtual/options.hpp"
#include "rig/virtual/ready_file.hpp"
#include "rig/virtual/virtual_chamber.hpp"
#include "rig/virtual/virtual_meter.hpp"
#include "rig/virtual/virtual_relay.hpp"

namespace soakrig::virtual_bench {

class DeviceRack {
 public:
  // Loads the maps and opens the lines. A serial line's link lies in `folder`. Errors: a map, a
  // port, a map without a part number to be virtual by.
  [[nodiscard]] static Result<std::unique_ptr<DeviceRack>> create(const BenchOptions& options,
                                                                  const std::string& folder);
  DeviceRack(const DeviceRack&) = delete;
  DeviceRack& operator=(const DeviceRack&) = delete;

  // dt seconds of model time go by, in which the board drew `watts`.
  void step(double watts, double dt);
  // What the faults that are active say; `since` the bench's start.
  Result<void> apply_faults(const std::vector<Fault>& faults, Nanos since);

  [[nodiscard]] double air() const { return chamber_->chamber->state().air; }
  // False while the first switch of the relay, which feeds the board, is open.
  [[nodiscard]] bool powered() const { return relay_->relay->closed(1); }
  // Fills chamber, meter, relay and devices.
  void describe(BenchInfo& info) const;

  void add_to(std::vector<pollfd>& waiting) const;
  void handle(const std::vector<pollfd>& ready);
  Nanos tick(Nanos now);

 private:
  struct Device {
    std::string role, map;  // role: chamber, meter, relay, ambient, deviceN
    std::unique_ptr<VirtualChamber> chamber;
    std::unique_ptr<VirtualMeter> meter;
    std::unique_ptr<VirtualRelay> relay;
    std::unique_ptr<RegisterBank> ambient;
    std::string connect{};
    std::size_t line = 0;
    WireFault fault{};
    [[nodiscard]] RegisterBank& bank();
  };
  explicit DeviceRack(const BenchOptions& options) : options_(options) {}
  Result<void> add(const std::string& role, const std::string& map);
  Result<void> open_lines(const std::string& folder);
  Result<std::size_t> open_line(const std::string& folder, std::uint16_t port);
  [[nodiscard]] std::string address_of(const ModbusServer& line, std::uint8_t unit) const;
  Result<void> apply(const Fault& fault, bool active);

  const BenchOptions& options_;
  std::vector<std::unique_ptr<Device>> devices_;
  Device* chamber_ = nullptr;
  Device* meter_ = nullptr;
  Device* relay_ = nullptr;
  std::vector<std::unique_ptr<ModbusServer>> lines_;
};

}  // namespace soakrig::virtual_bench
