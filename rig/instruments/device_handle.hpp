// SPDX-License-Identifier: Apache-2.0
//
// The public face of an instrument on a bus: owns the device and makes sure that nothing of it runs
// on. `Face` is the interface (Instrument, Chamber, Relay); what it has beyond Instrument a derived
// class passes on to device(). Internal to rig/instruments.
#pragma once

#include <memory>
#include <utility>

#include "rig/instruments/bus.hpp"
#include "rig/instruments/instrument.hpp"

namespace soakrig::instruments {

template <class Face, class Device>
class DeviceHandle : public Face {
 public:
  DeviceHandle(std::shared_ptr<ModbusBus> bus, std::shared_ptr<Device> device)
      : bus_(std::move(bus)), device_(std::move(device)) {}
  ~DeviceHandle() override { stop(); }
  DeviceHandle(const DeviceHandle&) = delete;
  DeviceHandle& operator=(const DeviceHandle&) = delete;

  Result<InstrumentIdentity> identify(Nanos timeout) final { return device_->identify(timeout); }
  const SourceInfo& source() const final { return device_->source(); }
  void start(std::uint32_t id, InstrumentSink sink) final { device_->start(id, std::move(sink)); }
  void stop() final {
    device_->stop();
    if constexpr (requires { device_->cancel_orders(); }) device_->cancel_orders();
  }
  bool is_virtual() const final { return device_->is_virtual(); }
  InstrumentStatus status() const final { return device_->status(); }

 protected:
  [[nodiscard]] Device& device() const { return *device_; }

 private:
  std::shared_ptr<ModbusBus> bus_;  // goes after the device
  std::shared_ptr<Device> device_;
};

}  // namespace soakrig::instruments
