// SPDX-License-Identifier: Apache-2.0
//
// A channel is one named quantity with a unit. Absence is a state with a reason, never a zero, a
// NaN or the last value again; provenance says whether a real machine was read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/time.hpp"

namespace soakrig {

// The numbers are part of the agent protocol and of the stored format.
enum class State : std::uint8_t {
  good = 0,
  no_data = 1,  // the source does not exist or is not readable here
  stale = 2,    // it was read, but it did not change when it must, or is older than its period
  error = 3,    // it exists and failed: an I/O error, or text that does not parse
};

enum class Provenance : std::uint8_t {
  measured = 0,   // real sysfs/proc of a running kernel, or a real instrument
  simulated = 1,  // the virtual bench, or a tree with the marker file soakrig-virtual
  replayed = 2,   // any other tree
};

[[nodiscard]] std::string_view to_string(State state);
[[nodiscard]] std::string_view to_string(Provenance provenance);
[[nodiscard]] std::optional<State> parse_state(std::string_view text);
[[nodiscard]] std::optional<Provenance> parse_provenance(std::string_view text);
// The provenance of something made from both: simulated wins, then replayed.
[[nodiscard]] Provenance worse(Provenance a, Provenance b);

struct ChannelInfo {
  std::string name;    // dotted, lower case: "soc.temperature"; see valid_channel_name
  std::string unit;    // UCUM: Cel W V A Hz By By/s {token} {token}/s s % 1
  std::string source;  // where it is read: "/sys/class/thermal/thermal_zone0/temp", "40001@meter"
  Provenance provenance = Provenance::measured;
  std::string reason;  // why it is absent, if it was absent when announced; else empty
};

// What one probe, workload or instrument delivers: its channels are sampled together, so they
// share one time axis. The unit of transport, of storage and of an axis.
struct SourceInfo {
  std::string name;   // probe, "work.NAME" or instrument name
  Nanos period = 0;   // grid period; 0 = irregular (a row when something happens)
  std::vector<ChannelInfo> channels;
};

// 1 to 200 characters of lower-case letters, digits, '_' and '-', in parts joined by single dots.
[[nodiscard]] bool valid_channel_name(std::string_view name);
// Any text made into one valid part of a channel name: "CPU-thermal 0" -> "cpu-thermal_0".
[[nodiscard]] std::string channel_part(std::string_view text);

}  // namespace soakrig
