// SPDX-License-Identifier: Apache-2.0
//
// A relay without a device: notes its orders and answers them as a test says.
#pragma once

#include <string>
#include <vector>

#include "rig/instruments/relay.hpp"

namespace soakrig::test {

class FakeRelay final : public instruments::Relay {
 public:
  FakeRelay() { source_.name = "strip"; }

  std::vector<std::string> orders;  // "open 1", "close 2", "pulse 1 40"
  Result<void> answer{};            // to every order, at once
  double pulse = 0;                 // longest, s

  Result<instruments::InstrumentIdentity> identify(Nanos) override {
    return instruments::InstrumentIdentity{};
  }
  const SourceInfo& source() const override { return source_; }
  void start(std::uint32_t, instruments::InstrumentSink) override {}
  void stop() override {}
  bool is_virtual() const override { return true; }
  instruments::InstrumentStatus status() const override { return {}; }
  void set(int channel, bool on, instruments::Done done) override {
    orders.push_back((on ? "close " : "open ") + std::to_string(channel));
    done(answer);
  }
  void pulse_off(int channel, double seconds, instruments::Done done) override {
    orders.push_back("pulse " + std::to_string(channel) + " " +
                     std::to_string(static_cast<int>(seconds)));
    done(answer);
  }
  double longest_pulse(int) const override { return pulse; }

 private:
  SourceInfo source_;
};

}  // namespace soakrig::test
