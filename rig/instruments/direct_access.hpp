// SPDX-License-Identifier: Apache-2.0
//
// One instrument, talked to by hand: identify, read points, write one. For the command line and for
// looking at a device before it is trusted with a run. Synchronous, no thread; nothing is written
// before the device has proved what it is, and nothing is believed that was not read back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rig/instruments/bus_session.hpp"
#include "rig/instruments/identify.hpp"
#include "rig/instruments/register_map.hpp"

namespace soakrig::instruments {

struct PointReading {
  std::string name, unit;
  bool good = false;
  std::optional<double> value;  // a number, in `unit`
  std::string text;             // of a text point, or the name of a code
  std::string reason;           // why not good
};

// What the device held before, was told, and holds now.
struct WriteOutcome {
  double before = 0, asked = 0, after = 0;
  [[nodiscard]] bool held() const;
};

class DirectAccess {
 public:
  // Opens nothing yet. `clock` must outlive it.
  DirectAccess(const ConnectSpec& connect, RegisterMap map, const Clock& clock);

  // Errc::unsupported: another device. Transport errors as they are.
  [[nodiscard]] Result<Identified> identify();
  // The readable points named, or all. Each has its own state; only a device that does not answer
  // at all is an error. Errc::not_found for a point that the map has not.
  [[nodiscard]] Result<std::vector<PointReading>> read(const std::vector<std::string>& points);
  // A number or the name of a code for a point. Errc::invalid, not_found.
  [[nodiscard]] Result<double> value_of(const std::string& point, const std::string& text) const;
  // Identifies first. Errc::invalid (outside min and max: nothing is sent), unsupported (another
  // device, or the write was refused).
  [[nodiscard]] Result<WriteOutcome> write(const std::string& point, double value);

  [[nodiscard]] const RegisterMap& map() const { return map_; }
  [[nodiscard]] const BusSession& session() const { return session_; }

 private:
  [[nodiscard]] Nanos deadline() const { return clock_.boot_ns() + patience_; }
  Result<PointReading> read_one(const Point& point);
  Result<double> number(const Point& point);

  RegisterMap map_;
  std::uint8_t unit_;
  const Clock& clock_;
  Nanos patience_;
  BusSession session_;
  std::optional<Identified> identity_;
};

}  // namespace soakrig::instruments
