// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/meter.hpp"

#include "rig/instruments/map_library.hpp"
#include "rig/instruments/polled_device.hpp"

namespace soakrig::instruments {
namespace {

constexpr std::size_t kMostSwitches = 64;

// What becomes a channel, as far as the map has it.
std::vector<std::string> channel_points(MapKind kind) {
  if (kind == MapKind::meter) return {"power", "voltage", "current", "energy"};
  if (kind == MapKind::ambient) return {"temperature", "humidity"};
  std::vector<std::string> points;
  for (std::size_t i = 1; i <= kMostSwitches; ++i) points.push_back("switch" + std::to_string(i));
  return points;
}

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
  const auto kind = map->kind;
  if (kind == MapKind::chamber) {
    return Error{Errc::invalid, "'" + spec.map + "' is the map of a chamber, not of a meter",
                 "describe a chamber in [chamber]"};
  }
  const std::string own = channel_part(spec.name);
  PolledDevice::Setup setup{std::move(*map), spec.name,        {}, spec.connect,
                            connect->unit,   connect->timeout, own};
  const std::string prefix = kind == MapKind::ambient                        ? "ambient"
                             : kind == MapKind::meter && !spec.board.empty() ? "board"
                                                                             : own;
  for (const std::string& point : channel_points(kind)) {
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
