// SPDX-License-Identifier: Apache-2.0
//
// A chamber that notes what it is told, for tests of what tells it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rig/instruments/chamber.hpp"

namespace soakrig::test {

// Notes what it is told and answers as it is meant to.
class Told final : public instruments::Chamber {
 public:
  Result<void> answer;
  std::vector<double> humidities, temperatures;
  std::vector<std::string> order;  // set-points, conditioning and timer, as they came
  std::vector<std::pair<double, double>> alarms;
  std::vector<std::optional<Nanos>> timers;

  Result<instruments::InstrumentIdentity> identify(Nanos) override { return {}; }
  const SourceInfo& source() const override { return source_; }
  void start(std::uint32_t, instruments::InstrumentSink) override {}
  void stop() override {}
  bool is_virtual() const override { return true; }
  instruments::InstrumentStatus status() const override { return {}; }
  void set_temperature(double celsius, std::optional<double>, instruments::Done done) override {
    temperatures.push_back(celsius);
    order.push_back("set-point");
    done(answer);
  }
  void set_humidity(double percent, instruments::Done done) override {
    humidities.push_back(percent);
    done(answer);
  }
  void conditioning(bool on, instruments::Done done) override {
    order.push_back(on ? "on" : "off");
    done(answer);
  }
  void set_alarms(double low, double high, instruments::Done done) override {
    alarms.emplace_back(low, high);
    done(answer);
  }
  void arm_timer(std::optional<Nanos> hold, instruments::Done done) override {
    timers.push_back(hold);
    order.push_back(hold ? "timer" : "no timer");
    done(answer);
  }
  instruments::ChamberReadings readings() const override { return {}; }

 private:
  SourceInfo source_;
};

}  // namespace soakrig::test
