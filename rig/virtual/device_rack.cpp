// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/device_rack.hpp"

#include <algorithm>

#include "rig/instruments/map_library.hpp"

namespace soakrig::virtual_bench {
namespace {

using instruments::MapKind;
using instruments::RegisterMap;
using instruments::Transport;

Result<RegisterMap> load_map(const std::string& name) {
  auto map = instruments::load_register_map(name);
  if (map && map->identify.virtual_part.empty()) {
    return Error{Errc::invalid, "the map says no 'virtual' part number to answer with", "",
                 map->file, 1};
  }
  return map;
}

}  // namespace

RegisterBank& DeviceRack::Device::bank() {
  if (chamber) return chamber->bank();
  if (meter) return meter->bank();
  if (relay) return relay->bank();
  return *ambient;
}

Result<std::unique_ptr<DeviceRack>> DeviceRack::create(const BenchOptions& options,
                                                       const std::string& folder) {
  std::unique_ptr<DeviceRack> rack(new DeviceRack(options));
  const std::array<std::pair<const char*, const std::string*>, 4> roles = {
      {{"chamber", &options.chamber_map},
       {"meter", &options.meter_map},
       {"relay", &options.relay_map},
       {"ambient", &options.ambient_map}}};
  for (const auto& [role, map] : roles) {
    if (auto added = rack->add(role, *map); !added) return added.error();
  }
  for (std::size_t i = 0; i < options.devices.size(); ++i) {
    const std::string role = "device" + std::to_string(i + 1);
    if (auto added = rack->add(role, options.devices[i]); !added) return added.error();
  }
  rack->chamber_ = rack->devices_[0].get();
  rack->meter_ = rack->devices_[1].get();
  rack->relay_ = rack->devices_[2].get();
  if (auto opened = rack->open_lines(folder); !opened) return opened.error();
  return rack;
}

Result<void> DeviceRack::add(const std::string& role, const std::string& name) {
  auto map = load_map(name);
  if (!map) return map.error();
  const MapKind kind = map->kind;
  if (!role.starts_with("device") && role != to_string(kind)) {
    return Error{Errc::invalid, "'" + name + "' is the map of a " + std::string(to_string(kind)) +
                                    ", not of a " + role};
  }
  if (devices_.size() >= kMaxDevices) {
    return Error{Errc::full, "a bench has at most " + std::to_string(kMaxDevices) + " devices"};
  }
  const auto unit =
      static_cast<std::uint8_t>(options_.transport == Transport::tcp ? 1 : devices_.size() + 1);
  auto device = std::make_unique<Device>();
  device->role = role;
  device->map = name;
  switch (kind) {
    case MapKind::chamber:
      device->chamber = std::make_unique<VirtualChamber>(std::move(*map), unit, options_.chamber);
      break;
    case MapKind::meter:
      device->meter = std::make_unique<VirtualMeter>(std::move(*map), unit);
      break;
    case MapKind::relay:
      device->relay = std::make_unique<VirtualRelay>(std::move(*map), unit);
      break;
    case MapKind::ambient:
      device->ambient = std::make_unique<RegisterBank>(std::move(*map), unit);
      show_identity(*device->ambient);
      break;
  }
  devices_.push_back(std::move(device));
  return {};
}

Result<std::size_t> DeviceRack::open_line(const std::string& folder, std::uint16_t port) {
  auto line = options_.transport == Transport::rtu
                  ? ModbusServer::serial(folder + "/ttyBench", options_.baud)
                  : ModbusServer::listen(
                        options_.address, port,
                        options_.transport == Transport::tcp ? Framing::tcp : Framing::rtu);
  if (!line) return line.error();
  const std::size_t number = lines_.size();
  lines_.push_back(std::make_unique<ModbusServer>(std::move(*line)));
  lines_.back()->misbehave([this, number](std::span<const std::uint8_t> request) {
    for (const auto& device : devices_) {
      if (device->line == number && device->bank().unit() == request[0]) return device->fault;
    }
    return WireFault{};
  });
  return number;
}

Result<void> DeviceRack::open_lines(const std::string& folder) {
  std::uint16_t port = options_.port;
  for (const auto& device : devices_) {
    if (lines_.empty() || options_.transport == Transport::tcp) {
      const auto line = open_line(folder, port);
      if (!line) return line.error();
      if (port != 0) ++port;
    }
    device->line = lines_.size() - 1;
    lines_.back()->add(device->bank());
    device->connect = address_of(*lines_.back(), device->bank().unit());
  }
  return {};
}

std::string DeviceRack::address_of(const ModbusServer& line, std::uint8_t unit) const {
  const std::string behind = "?unit=" + std::to_string(unit);
  if (options_.transport == Transport::rtu) {
    return "rtu://" + line.link() + behind +
           "&baud=" + std::to_string(std::max(options_.baud, 9600));
  }
  const bool v6 = options_.address.find(':') != std::string::npos;
  return std::string(options_.transport == Transport::tcp ? "tcp://" : "rtu+tcp://") +
         (v6 ? "[" + options_.address + "]" : options_.address) + ":" +
         std::to_string(line.port()) + behind;
}

void DeviceRack::describe(BenchInfo& info) const {
  info.chamber = chamber_->connect;
  info.meter = meter_->connect;
  info.relay = relay_->connect;
  for (const auto& device : devices_) {
    info.devices.push_back({device->role, device->map, device->connect});
  }
}

void DeviceRack::step(double watts, double dt) {
  for (const auto& device : devices_) {
    if (device->chamber) device->chamber->step(dt);
    if (device->relay) device->relay->step(dt);
    if (device->meter) device->meter->step(watts, dt);
    if (!device->ambient) continue;
    device->ambient->set("temperature", options_.chamber.room);
    if (device->ambient->has("humidity")) {
      device->ambient->set("humidity", options_.chamber.room_humidity);
    }
  }
}

Result<void> DeviceRack::apply_faults(const std::vector<Fault>& faults, Nanos since) {
  for (const auto& device : devices_) device->fault = {};
  // What has passed is taken back before what is active is done.
  for (const bool active : {false, true}) {
    for (const Fault& fault : faults) {
      if (fault.active(since) != active) continue;
      if (auto done = apply(fault, active); !done) return done;
    }
  }
  return {};
}

Result<void> DeviceRack::apply(const Fault& fault, bool active) {
  const bool stall = fault.kind == FaultKind::chamber_stall || fault.kind == FaultKind::meter_stall;
  if (fault.kind == FaultKind::chamber_freeze) {
    chamber_->chamber->freeze(active);
    return {};
  }
  if (!stall && fault.kind != FaultKind::wire && fault.kind != FaultKind::gone) return {};
  const std::string role = fault.kind == FaultKind::chamber_stall ? "chamber"
                           : fault.kind == FaultKind::meter_stall ? "meter"
                                                                  : fault.target;
  for (const auto& device : devices_) {
    if (device->role != role) continue;
    if (fault.kind == FaultKind::gone) return lines_[device->line]->vanish(active);
    if (stall && options_.transport == Transport::tcp) {
      lines_[device->line]->stall(active);
    } else if (active) {
      device->fault = stall ? WireFault{WireKind::silent} : fault.wire;
    }
  }
  return {};
}

void DeviceRack::add_to(std::vector<pollfd>& waiting) const {
  for (const auto& line : lines_) line->add_to(waiting);
}

void DeviceRack::handle(const std::vector<pollfd>& ready) {
  for (const auto& line : lines_) line->handle(ready);
}

Nanos DeviceRack::tick(Nanos now) {
  Nanos next = 0;
  for (const auto& line : lines_) {
    const Nanos due = line->tick(now);
    if (due > 0) next = next == 0 ? due : std::min(next, due);
  }
  return next;
}

}  // namespace soakrig::virtual_bench
