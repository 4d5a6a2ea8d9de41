// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/faults.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "rig/base/channel.hpp"
#include "rig/base/quantity.hpp"
#include "rig/virtual/board_tree.hpp"

namespace soakrig::virtual_bench {
namespace {

enum class Takes : std::uint8_t { nothing, workload, channel, device };

struct KindName {
  std::string_view name;
  FaultKind kind;
  Takes takes;
};
constexpr std::array<KindName, 8> kKinds = {{
    {"crash", FaultKind::crash, Takes::workload},
    {"hang", FaultKind::hang, Takes::workload},
    {"freeze", FaultKind::freeze, Takes::channel},
    {"vanish", FaultKind::vanish, Takes::channel},
    {"chamber-stall", FaultKind::chamber_stall, Takes::nothing},
    {"chamber-freeze", FaultKind::chamber_freeze, Takes::nothing},
    {"meter-stall", FaultKind::meter_stall, Takes::nothing},
    {"gone", FaultKind::gone, Takes::device},
}};
// Longer than the usual deadline of a transaction (1 s), shorter than that and the silence after.
constexpr Nanos kLate = 1300 * kMillisecond, kDrip = 300 * kMillisecond, kLateWrite = 2 * kSecond;

Error bad(std::string_view text, const std::string& what, const std::string& remedy) {
  return Error{Errc::invalid, "fault '" + std::string(text.substr(0, 200)) + "': " + what, remedy};
}

std::string list_of(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

bool device_name(std::string_view text) {
  if (text == "chamber" || text == "meter" || text == "relay" || text == "ambient") return true;
  return text.starts_with("device") && text.size() > 6 && text.size() < 9 &&
         std::ranges::all_of(text.substr(6), [](char c) { return c >= '0' && c <= '9'; });
}

Result<void> check_target(Takes takes, std::string_view name, std::string_view text,
                          const Fault& fault) {
  if (takes == Takes::nothing) {
    if (fault.target.empty()) return {};
    return bad(text, std::string(name) + " takes no target", "drop ':" + fault.target + "'");
  }
  if (fault.target.empty()) {
    return bad(text, std::string(name) + " needs a target",
               takes == Takes::workload  ? "name a workload, as in crash:chat@60s"
               : takes == Takes::channel ? "name a channel, as in freeze:soc.temperature@60s"
                                         : "name a device, as in late:meter@60s");
  }
  if (takes == Takes::workload) return {};
  if (takes == Takes::device) {
    if (device_name(fault.target)) return {};
    return bad(text, "the bench has no device '" + fault.target + "'",
               "it has chamber, meter, relay, ambient, and device1… for each --device");
  }
  const auto known = tree_channels();
  if (std::ranges::find(known, fault.target) != known.end()) return {};
  return bad(text, "the bench has no channel '" + fault.target + "'", "it has " + list_of(known));
}

// What follows '=': the delay of what comes late, the code of an exception.
Result<void> take_parameter(std::string_view text, std::string_view parameter, WireFault& fault) {
  fault.delay = fault.kind == WireKind::drip         ? kDrip
                : fault.kind == WireKind::late_write ? kLateWrite
                                                     : kLate;
  if (parameter.empty()) return {};
  if (fault.kind == WireKind::exception) {
    unsigned code = 0;
    const auto* end = parameter.data() + parameter.size();
    const auto [stop, failed] = std::from_chars(parameter.data(), end, code);
    if (failed != std::errc{} || stop != end || code < 1 || code > 255) {
      return bad(text, "the code of an exception is 1 to 255", "write exception=6:meter@10s");
    }
    fault.code = static_cast<std::uint8_t>(code);
    return {};
  }
  const auto delay = parse_duration(parameter);
  const bool delays = fault.kind == WireKind::late || fault.kind == WireKind::drip ||
                      fault.kind == WireKind::late_write;
  if (!delays || !delay || *delay <= 0 || *delay > kMinute) {
    return bad(text, "'" + std::string(parameter) + "' is no parameter of it",
               "late, drip and late-write take a time up to 1min, exception a code");
  }
  fault.delay = *delay;
  return {};
}

}  // namespace

Result<Fault> parse_fault(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos) {
    return bad(text, "no time", "write KIND[:TARGET]@TIME, as in crash:chat@60s");
  }
  const std::string_view head = text.substr(0, at);
  const auto colon = head.find(':');
  const std::string_view what = head.substr(0, colon);
  const auto equals = what.find('=');
  const std::string_view name = what.substr(0, equals);
  const std::string_view parameter =
      equals == std::string_view::npos ? std::string_view() : what.substr(equals + 1);
  const auto kind = std::ranges::find(kKinds, name, &KindName::name);
  const auto wire = parse_wire_kind(name);
  if (kind == kKinds.end() && (!wire || *wire == WireKind::none)) {
    std::vector<std::string> names;
    for (const KindName& known : kKinds) names.emplace_back(known.name);
    for (int i = 1; i < kWireKinds; ++i) names.emplace_back(to_string(static_cast<WireKind>(i)));
    return bad(text, "unknown kind", "kinds: " + list_of(names));
  }
  Fault fault;
  fault.kind = kind == kKinds.end() ? FaultKind::wire : kind->kind;
  fault.text = text;
  const Takes takes = kind == kKinds.end() ? Takes::device : kind->takes;
  if (colon != std::string_view::npos) fault.target = head.substr(colon + 1);
  if (fault.kind == FaultKind::wire) {
    fault.wire.kind = *wire;
    if (auto taken = take_parameter(text, parameter, fault.wire); !taken) return taken.error();
  } else if (equals != std::string_view::npos) {
    return bad(text, std::string(name) + " takes no parameter", "drop what follows '='");
  }
  std::string_view time = text.substr(at + 1);
  if (const auto plus = time.find('+'); plus != std::string_view::npos) {
    const auto duration = parse_duration(time.substr(plus + 1));
    if (!duration || *duration <= 0) return bad(text, "the duration is wrong", "write +10s");
    if (takes == Takes::workload) return bad(text, "a crash or hang has no duration", "drop it");
    fault.duration = *duration;
    time = time.substr(0, plus);
  }
  const auto when = parse_duration(time);
  if (!when) return bad(text, when.error().what, when.error().remedy);
  fault.at = *when;
  if (auto target = check_target(takes, name, text, fault); !target) return target.error();
  return fault;
}

}  // namespace soakrig::virtual_bench
