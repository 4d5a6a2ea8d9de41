// SPDX-License-Identifier: Apache-2.0
#include "rig/base/resident.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rig/base/json_guard.hpp"

namespace soakrig {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr double kLongestAlone = 10.0 * 366 * 24 * 3600;

// As folders of runs are named: nothing that leads out of the folder they are in.
bool plain(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && name.front() != '.' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

std::optional<Resident> parse_resident(std::string_view line) {
  const auto body = parse_json(line);
  if (!body || !body->is_object()) return std::nullopt;
  const auto name = json_get<std::string>(*body, "name");
  if (!name || !plain(*name)) return std::nullopt;
  Resident out;
  out.name = *name;
  out.pid = std::max<std::int64_t>(0, json_get<std::int64_t>(*body, "pid").value_or(0));
  out.spool_bytes = json_get<std::uint64_t>(*body, "spool_bytes").value_or(0);
  if (const auto alone = json_get<double>(*body, "alone_s")) {
    out.alone = from_seconds(std::clamp(*alone, 0.0, kLongestAlone));
  }
  return out;
}

}  // namespace

std::string Resident::run() const {
  const std::size_t dash = name.rfind('-');
  return dash == std::string::npos ? std::string() : name.substr(0, dash);
}

std::string encode(const Resident& r) {
  const nlohmann::json alone = r.alone ? nlohmann::json(to_seconds(*r.alone)) : nlohmann::json();
  return dump_json({{"name", r.name},
                    {"pid", r.pid},
                    {"alone_s", alone},
                    {"spool_bytes", r.spool_bytes}}) +
         "\n";
}

Result<std::vector<Resident>> parse_residents(std::string_view text) {
  std::vector<Resident> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    auto resident = parse_resident(line);
    if (!resident || out.size() == Resident::kMost) {
      return Error{Errc::protocol, "the agents of a board are not told as they should be",
                   "use an agent and a controller of the same release"};
    }
    out.push_back(std::move(*resident));
  }
  return out;
}

}  // namespace soakrig
