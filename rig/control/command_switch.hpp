// SPDX-License-Identifier: Apache-2.0
//
// A board's supply that is switched by commands of the profile: a smart plug, a managed switch's
// port, labgrid. A command that ends with 0 did it; what it prints is not looked at
// (its standard error is the run's). No shell is involved. One command at a time: a newer order ends the one before.
//
// One thread, that of the io_context. Destruction ends a command that still runs.
#pragma once

#include <memory>

#include "rig/base/run_spec.hpp"
#include "rig/instruments/power_switch.hpp"

namespace boost::asio {
class io_context;
}

namespace soakrig::control {

class CommandSwitch final : public instruments::PowerSwitch {
 public:
  CommandSwitch(boost::asio::io_context& io, const PowerSpec& spec);
  ~CommandSwitch() override;

  void set(int channel, bool on, instruments::Done done) override;
  void pulse_off(int channel, double seconds, instruments::Done done) override;
  [[nodiscard]] double longest_pulse(int channel) const override;
  [[nodiscard]] bool cycle(int channel, const instruments::Done& done) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace soakrig::control
