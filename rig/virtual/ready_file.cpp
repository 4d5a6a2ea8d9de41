// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/ready_file.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "rig/base/fd.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/virtual/options.hpp"

namespace soakrig::virtual_bench {
namespace {

nlohmann::json or_null(const std::optional<std::string>& text) {
  return text ? nlohmann::json(*text) : nlohmann::json(nullptr);
}

}  // namespace

std::optional<std::string> BenchInfo::find(std::string_view wanted) const {
  for (const auto field : {&BenchDevice::role, &BenchDevice::map}) {
    const auto found = std::ranges::find(devices, wanted, field);
    if (found != devices.end()) return found->connect;
  }
  return std::nullopt;
}

std::string encode_ready(const BenchInfo& info) {
  nlohmann::json devices = nlohmann::json::array();
  for (const BenchDevice& device : info.devices) {
    devices.push_back({{"role", device.role}, {"map", device.map}, {"connect", device.connect}});
  }
  const nlohmann::json body = {{"pid", info.process.pid},
                               {"start_time", info.process.start_time},
                               {"tree", info.tree},
                               {"chamber", or_null(info.chamber)},
                               {"meter", or_null(info.meter)},
                               {"relay", or_null(info.relay)},
                               {"devices", devices}};
  return dump_json(body) + "\n";
}

Result<BenchInfo> parse_ready(std::string_view text, const std::string& file) {
  const Error bad{Errc::invalid, "not a virtual bench's ready file",
                  "give the file that `soakrig virtual serve --ready-file` wrote", file, 1};
  const auto body = parse_json(text);
  if (!body || !body->is_object()) return bad;
  const auto pid = json_get<std::int64_t>(*body, "pid");
  const auto start = json_get<std::uint64_t>(*body, "start_time");
  const auto tree = json_get<std::string>(*body, "tree");
  if (!pid || *pid <= 1 || *pid > std::numeric_limits<pid_t>::max() || !start || !tree ||
      !tree->starts_with('/')) {
    return bad;
  }
  BenchInfo info;
  info.process = {static_cast<pid_t>(*pid), *start, current_boot_id()};
  info.tree = *tree;
  info.chamber = json_get<std::string>(*body, "chamber");
  info.meter = json_get<std::string>(*body, "meter");
  info.relay = json_get<std::string>(*body, "relay");
  if (const auto devices = body->find("devices"); devices != body->end() && devices->is_array()) {
    for (const nlohmann::json& device : *devices) {
      if (!device.is_object() || info.devices.size() >= kMaxDevices) continue;
      const auto role = json_get<std::string>(device, "role");
      const auto map = json_get<std::string>(device, "map");
      const auto connect = json_get<std::string>(device, "connect");
      if (role && map && connect) info.devices.push_back({*role, *map, *connect});
    }
  }
  return info;
}

Result<BenchInfo> read_ready_file(const std::string& path) {
  const auto text = read_file(path, 65536);
  if (!text) return text.error();
  auto info = parse_ready(*text, path);
  if (info && !is_alive(info->process)) {
    return Error{Errc::not_found, "the virtual bench that wrote this file is gone",
                 "start it again with `soakrig virtual serve`", path};
  }
  return info;
}

Result<void> write_ready_file(const std::string& path, const BenchInfo& info) {
  return write_file_atomic(path, encode_ready(info));
}

}  // namespace soakrig::virtual_bench
