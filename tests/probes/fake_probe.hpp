// SPDX-License-Identifier: Apache-2.0
//
// A probe that a test steers: one channel, a scripted state and value, and a cost in clock time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/probe.hpp"

namespace soakrig::probes {

class FakeProbe final : public Probe {
 public:
  FakeProbe(std::string_view name, const std::string& channel, Period period = Period::fast)
      : name_(name),
        channels_{{channel, "1", "/fake", Provenance::replayed, ""}},
        period_(period) {}

  State state = State::good;
  double value = 0;
  bool is_present = true;
  int samples = 0;
  std::vector<Event> events;

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] Period period() const override { return period_; }
  [[nodiscard]] std::span<const ChannelInfo> channels() const override { return channels_; }
  [[nodiscard]] bool present() const override { return is_present; }
  void sample(Row& row, Nanos) override {
    ++samples;
    if (state == State::good) {
      row.put(0, value);
    } else {
      row.absent(0, state);
    }
  }
  void drain_events(std::vector<Event>& out) override {
    out.insert(out.end(), events.begin(), events.end());
    events.clear();
  }

 private:
  std::string name_;
  std::vector<ChannelInfo> channels_;
  Period period_;
};

}  // namespace soakrig::probes
