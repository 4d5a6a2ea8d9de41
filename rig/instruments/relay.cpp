// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/relay.hpp"

#include "rig/base/rig_events.hpp"
#include "rig/instruments/device_handle.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/instruments/ordered_device.hpp"
#include "rig/instruments/switch_plan.hpp"

namespace soakrig::instruments {
namespace {

class ModbusRelay final : public OrderedDevice {
 public:
  ModbusRelay(Setup setup, ModbusBus& bus, const Clock& clock)
      : OrderedDevice(std::move(setup), bus, clock, event_kind::kPower) {}

  void set(int channel, bool on, Done done) {
    const auto found = find_switch(map(), channel);
    if (!found) return refuse(done, found.error());
    const double code = on ? found->on : found->off;
    accept(slot(channel),
           {found->point->name, on ? 1.0 : 0.0, {{found->point->name, code, 0}}, std::move(done)});
  }

  void pulse_off(int channel, double seconds, Done done) {
    const auto found = find_switch(map(), channel);
    if (!found) return refuse(done, found.error());
    if (found->pulse_off == nullptr) {
      return refuse(done, Error{Errc::unsupported, map().title + " has no pulses of its own"});
    }
    if (const auto fits = point_words(*found->pulse_off, seconds); !fits) {
      return refuse(done, fits.error());
    }
    accept(slot(channel), {found->pulse_off->name,
                           seconds,
                           {{found->pulse_off->name, seconds, 0, found->point->name, found->off}},
                           std::move(done)});
  }

  [[nodiscard]] double longest_pulse(int channel) const {
    const auto found = find_switch(map(), channel);
    return found && found->pulse_off != nullptr ? found->pulse_off->max.value_or(0) : 0;
  }

 private:
  static std::size_t slot(int channel) { return static_cast<std::size_t>(channel); }
};

class RelayHandle final : public DeviceHandle<Relay, ModbusRelay> {
 public:
  using DeviceHandle::DeviceHandle;

  void set(int channel, bool on, Done done) override { device().set(channel, on, std::move(done)); }
  void pulse_off(int channel, double seconds, Done done) override {
    device().pulse_off(channel, seconds, std::move(done));
  }
  double longest_pulse(int channel) const override { return device().longest_pulse(channel); }
};

}  // namespace

Result<std::unique_ptr<Relay>> make_relay(const InstrumentSpec& spec,
                                          std::shared_ptr<ModbusBus> bus, const Clock& clock) {
  const auto connect = parse_connect(spec.connect);
  if (!connect) return connect.error();
  auto map = load_register_map(spec.map);
  if (!map) return map.error();
  const std::string own = channel_part(spec.name);
  PolledDevice::Setup setup{std::move(*map), spec.name,        {}, spec.connect,
                            connect->unit,   connect->timeout, own};
  for (int channel = 1;; ++channel) {
    const auto found = find_switch(setup.map, channel);
    if (!found && found.error().code == Errc::invalid) return found.error();
    if (!found) break;
    setup.plans.push_back({found->point->name, own + "." + found->point->name});
  }
  auto device = std::make_shared<ModbusRelay>(std::move(setup), *bus, clock);
  return std::unique_ptr<Relay>(std::make_unique<RelayHandle>(std::move(bus), std::move(device)));
}

}  // namespace soakrig::instruments
