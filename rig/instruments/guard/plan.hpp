// SPDX-License-Identifier: Apache-2.0
//
// What the guard does when nobody else can: registers and words, resolved beforehand, so that it
// needs neither a profile nor a register map when it acts. Plain data and its JSON form
// (docs/formats/guard_plan.md). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/process_id.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/instruments/connect.hpp"
#include "rig/instruments/modbus_frame.hpp"
#include "rig/instruments/register_map.hpp"

namespace soakrig::guard {

// One thing that must hold on a device. Asserted: read, written where it differs, read back.
struct Step {
  std::string name;     // for people: "safe set-point"
  std::string connect;  // with its unit
  instruments::WriteRequest write;
  instruments::Point point;  // where and how to read it back; stripped of what only a map needs
  double value = 0, tolerance = 0;
  // How long earlier steps that do not hold may keep this one back; 0 = they cannot.
  Nanos patience = 0;
};

// Registers that must read as they did when the device was identified: else another device
// answers at this address, and nothing is written to it.
struct Proof {
  std::string connect;
  instruments::ReadRequest read;
  std::vector<std::uint16_t> words;
};

// Does something to one board; exit code 0 = it is done. Run as it is, no shell.
struct BoardCommand {
  std::string board;
  std::vector<std::string> argv;
};

// The reading that is watched while the guard holds the chamber.
struct Watch {
  std::string connect;
  instruments::Point point;
  std::optional<double> low, high;  // beyond them: trip
};

struct GuardPlan {
  std::string run, name, file;     // id, name and .soak file of the run
  ProcessId controller;
  std::optional<ProcessId> bench;  // the devices are this process: with it everything is gone
  Nanos silence = 3 * kSecond;     // a controller that says nothing for so long is lost
  Nanos grace = 15 * kMinute;      // then the load of a lost controller is stopped
  Nanos blind = 30 * kSecond;      // without a good reading for so long: trip
  std::vector<Proof> proofs;
  std::vector<BoardCommand> load_off;
  std::vector<BoardCommand> power_off;  // of supplies that commands switch, when the run tripped
  std::vector<Step> lost;  // what is asserted when the controller is lost
  std::vector<Step> trip;  // and after load and power off, when the run tripped; in this order
  std::optional<Watch> watch;
};

// Every bus that the plan touches, once each (ConnectSpec::endpoint).
[[nodiscard]] std::vector<std::string> endpoints(const GuardPlan& plan);

[[nodiscard]] std::string encode_plan(const GuardPlan& plan);
// Errc::invalid or unsupported (a newer version), naming `file`.
[[nodiscard]] Result<GuardPlan> parse_plan(std::string_view json, const std::string& file);

inline constexpr std::size_t kMaxPlanBytes = 1u << 20;

// --- making one ----------------------------------------------------------------------------------

// `map` as the identified device spells it (apply_identity). Errc::invalid when the point cannot
// take the value or cannot be read back; not_found where the map has no such point.
[[nodiscard]] Result<Step> make_step(const instruments::RegisterMap& map, const std::string& point,
                                     const std::string& connect, double value,
                                     const std::string& name, double tolerance = 0);
// A point that only identification or people need is reduced to how it is read.
[[nodiscard]] instruments::Point bare_point(const instruments::Point& point);

}  // namespace soakrig::guard
