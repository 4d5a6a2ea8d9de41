// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/meter.hpp"

#include "rig/instruments/map_library.hpp"
#include "rig/instruments/polled_device.hpp"

namespace soakrig::instruments {
namespace {

class MeterHandle final : public Instrument {
 public:
  MeterHandle(std::shared_ptr<ModbusBus> bus, std::shared_ptr<PolledDevice> device)
      : bus_(std::move(bus)), device_(std::move(device)) {}
  ~MeterHandle() override { device_->stop(); }
  MeterHandle(const MeterHandle&) = delete;
  MeterHandle& operator=(const MeterHandle&) = delete;

  Result<InstrumentIdentity> identify(Nanos timeout) override { return device_->identify(timeout); }
  const SourceInfo& source() const override { return device_->source(); }
  void start(std::uint32_t id, InstrumentSink sink) override {
    device_->start(id, std::move(sink));
  }
  void stop() override { device_->stop(); }
  bool is_virtual() const override { return device_->is_virtual(); }
  InstrumentStatus status() const override { return device_->status(); }

 private:
  std::shared_ptr<ModbusBus> bus_;  // goes after the device
  std::shared_ptr<PolledDevice> device_;
};

}  // namespace

Result<std::unique_ptr<Instrument>> make_meter(const InstrumentSpec& spec,
                                               std::shared_ptr<ModbusBus> bus, const Clock& clock) {
  const auto connect = parse_connect(spec.connect);
  if (!connect) return connect.error();
  auto map = load_register_map(spec.map);
  if (!map) return map.error();
  if (map->kind != MapKind::meter) {
    return Error{Errc::invalid, "'" + spec.map + "' is the map of a " +
                                    std::string(to_string(map->kind)) + ", not of a meter"};
  }
  const std::string prefix = spec.board.empty() ? channel_part(spec.name) : "board";
  PolledDevice::Setup setup{std::move(*map), spec.name, {}, spec.connect, connect->unit};
  for (const char* point : {"power", "voltage", "current", "energy"}) {
    const Point* found = setup.map.find(point);
    if (found != nullptr && found->readable()) {
      setup.plans.push_back({point, prefix + "." + point});
    }
  }
  auto device = std::make_shared<PolledDevice>(std::move(setup), *bus, clock);
  return std::unique_ptr<Instrument>(
      std::make_unique<MeterHandle>(std::move(bus), std::move(device)));
}

Result<std::unique_ptr<Instrument>> make_meter(const InstrumentSpec& spec, const Clock& clock) {
  const auto connect = parse_connect(spec.connect);
  if (!connect) return connect.error();
  return make_meter(spec, std::make_shared<ModbusBus>(*connect, clock), clock);
}

}  // namespace soakrig::instruments
