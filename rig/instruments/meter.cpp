// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/meter.hpp"

#include <nlohmann/json.hpp>

#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"
#include "rig/instruments/device_handle.hpp"
#include "rig/instruments/energy_check.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/instruments/polled_device.hpp"

namespace soakrig::instruments {
namespace {

// What becomes a channel, as far as the map has it.
std::vector<std::string> channel_points(MapKind kind) {
  if (kind == MapKind::ambient) return {"temperature", "humidity"};
  return {"power", "voltage", "current", "energy"};
}

// Besides reading, holds the meter's power and its energy counter against each other.
class ModbusMeter final : public PolledDevice {
 public:
  ModbusMeter(Setup setup, ModbusBus& bus, const Clock& clock, double accuracy)
      : PolledDevice(std::move(setup), bus, clock), check_(accuracy) {}

 private:
  [[nodiscard]] std::optional<double> good(const PollRow& row, std::string_view quantity) const {
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      if (!source().channels[i].name.ends_with(quantity)) continue;
      return row.states[i] == State::good ? row.values[i] : std::nullopt;
    }
    return std::nullopt;
  }

  void inspect(PollRow& row) override {
    const auto found = check_.feed(row.taken, good(row, ".power"), good(row, ".energy"));
    if (!found) return;
    Event event;
    event.t = row.taken;
    event.kind = event_kind::kMeter;
    event.severity = found->disagree ? Severity::warning : Severity::info;
    event.body = dump_json(
        {{"instrument", source().name},
         {"what", found->disagree ? "power and energy disagree" : "power and energy agree again"},
         {"integrated_j", found->integrated},
         {"counted_j", found->counted},
         {"tolerance_j", found->tolerance},
         {"over_s", to_seconds(found->time)}});
    emit(std::move(event));
  }

  EnergyCheck check_;  // bus thread only
};

}  // namespace

Result<std::unique_ptr<Instrument>> make_meter(const InstrumentSpec& spec,
                                               std::shared_ptr<ModbusBus> bus, const Clock& clock) {
  const auto connect = parse_connect(spec.connect);
  if (!connect) return connect.error();
  auto map = load_register_map(spec.map);
  if (!map) return map.error();
  const auto kind = map->kind;
  if (kind != MapKind::meter && kind != MapKind::ambient) {
    return Error{
        Errc::invalid,
        "'" + spec.map + "' is the map of a " + std::string(to_string(kind)) + ", not of a meter",
        kind == MapKind::chamber ? "describe a chamber in [chamber]" : ""};
  }
  const std::string own = channel_part(spec.name);
  PolledDevice::Setup setup{std::move(*map), spec.name,        {}, spec.connect,
                            connect->unit,   connect->timeout, own};
  const std::string prefix = kind == MapKind::ambient ? "ambient"
                             : !spec.board.empty()    ? "board"
                                                      : own;
  for (const std::string& point : channel_points(kind)) {
    const Point* found = setup.map.find(point);
    if (found != nullptr && found->readable()) {
      setup.plans.push_back({point, prefix + "." + point});
    }
  }
  const double accuracy =
      spec.accuracy.value_or(setup.map.accuracy.value_or(EnergyCheck::kUnknownClass));
  auto device = std::make_shared<ModbusMeter>(std::move(setup), *bus, clock, accuracy);
  return std::unique_ptr<Instrument>(
      std::make_unique<DeviceHandle<Instrument, PolledDevice>>(std::move(bus), std::move(device)));
}

Result<std::unique_ptr<Instrument>> make_meter(const InstrumentSpec& spec, const Clock& clock) {
  const auto connect = parse_connect(spec.connect);
  if (!connect) return connect.error();
  return make_meter(spec, std::make_shared<ModbusBus>(*connect, clock), clock);
}

}  // namespace soakrig::instruments
