// SPDX-License-Identifier: Apache-2.0
//
// What a chamber is owed besides its set-point: its own alarms before anything is heated, and moist
// air only once nothing can condense on a board, and never at the end. One thread, that of the
// io_context; time is given.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "rig/base/event.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/instruments/chamber.hpp"

namespace boost::asio {
class io_context;
}

namespace soakrig::control {

inline constexpr double kOvershoot = 5.0;  // K beyond the limits of any set-point: alarm, trip

class ChamberAir {
 public:
  struct Hooks {
    std::function<void(Event)> event;
    std::function<void(const std::string& what)> fault;
  };
  // All must outlive it. Nothing is called after close() or its end.
  ChamberAir(boost::asio::io_context& io, instruments::Chamber& chamber, const RunSpec& spec,
             Hooks hooks);
  ~ChamberAir() { *open_ = false; }
  ChamberAir(const ChamberAir&) = delete;
  ChamberAir& operator=(const ChamberAir&) = delete;

  // The controller's own alarms are settled: written and read back where the map and the profile
  // know them. Asks for them at the first call.
  [[nodiscard]] bool ready();
  // A phase wants this air; without `humidity` what was wanted before no longer is.
  void want(double celsius, std::optional<double> humidity, Nanos now);
  // `coldest` board [Cel], if it can be read.
  void step(Nanos now, std::optional<double> coldest);
  // The run ends: dry air, where it was made moist.
  void close();

  static constexpr Nanos kDryWithin = 30 * kMinute;  // for boards to get warm enough

 private:
  struct Wanted {
    double celsius = 0, humidity = 0;
    Nanos since = 0;
  };
  // What `note` makes of an order's end, on the run's thread.
  [[nodiscard]] instruments::Done then(std::function<void(const Result<void>&)> note);
  void note_alarms(const Result<void>& done);

  boost::asio::io_context& io_;
  instruments::Chamber& chamber_;
  const RunSpec& spec_;
  Hooks hooks_;
  enum class Alarms : std::uint8_t { due, asked, settled } alarms_ = Alarms::due;
  std::optional<Wanted> wanted_;  // and not set yet
  std::shared_ptr<bool> open_ = std::make_shared<bool>(true);
};

}  // namespace soakrig::control
