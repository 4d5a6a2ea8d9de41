// SPDX-License-Identifier: Apache-2.0
//
// A climate chamber over a register map of kind "chamber". Source "chamber", one row a second:
//   chamber.temperature chamber.set_point chamber.working_set_point [Cel], chamber.output [%],
//   chamber.humidity chamber.humidity_set_point [%]  (those that the map has).
// Every write is checked against the envelope first, made only on change, and read back; one whose
// outcome is unknown (a time-out) is read and asserted again until its deadline. Where the chamber
// is calibrated, all temperatures here are true ones: what it shows is corrected (correction.hpp).
#pragma once

#include <memory>
#include <optional>

#include "rig/base/run_spec.hpp"
#include "rig/instruments/instrument.hpp"

namespace soakrig::instruments {

// The last good readings, for whoever decides about stabilisation.
struct ChamberReadings {
  Nanos taken = 0;
  std::optional<double> temperature, set_point, output, humidity, humidity_set_point;
};

// Thread-safe, but for destruction. Writes do not block; `done` comes when the value is read back,
// or with the reason why it is not (Errc::invalid: outside the envelope, nothing was sent).
class Chamber : public Instrument {
 public:
  // ramp_k_per_s: by the controller's own ramp; absent = as fast as it goes. Errc::unsupported
  // where the map has no native ramp.
  virtual void set_temperature(double celsius, std::optional<double> ramp_k_per_s, Done done) = 0;
  virtual void set_humidity(double percent, Done done) = 0;
  virtual void conditioning(bool on, Done done) = 0;
  // The set-points of the controller's own alarm, a layer that holds without us. What the alarm
  // does is the controller's setting. Errc::unsupported where the map has none.
  virtual void set_alarms(double low, double high, Done done) = 0;
  // The controller's own timer: `hold` from now it switches conditioning off, whoever is left.
  // Asked again it begins anew; without `hold` it stops. Errc::unsupported where the map has none,
  // or the controller is not set up so that its timer ends in off.
  virtual void arm_timer(std::optional<Nanos> hold, Done done) = 0;
  [[nodiscard]] virtual ChamberReadings readings() const = 0;
};

// spec.connect must be an address (connect.hpp). spec.low and spec.high narrow the built-in sanity
// envelope of -100 to +200 Cel. Errors: the map, the connect string, the envelope.
[[nodiscard]] Result<std::unique_ptr<Chamber>> make_chamber(const ChamberSpec& spec,
                                                            const Clock& clock);
// The same over a bus that other instruments share. `bus` speaks to the endpoint of spec.connect.
[[nodiscard]] Result<std::unique_ptr<Chamber>> make_chamber(const ChamberSpec& spec,
                                                            std::shared_ptr<ModbusBus> bus,
                                                            const Clock& clock);

}  // namespace soakrig::instruments
