// SPDX-License-Identifier: Apache-2.0
//
// One row of a probe, by channel name: what every probe's test asks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/probe.hpp"
#include "tests/support/catch.hpp"

namespace soakrig::probes {

class Reading {
 public:
  explicit Reading(Probe& probe, Nanos now = kSecond) : probe_(probe) { again(now); }

  // Reads another row.
  void again(Nanos now) {
    values_.assign(probe_.channels().size(), 0);
    states_.assign(values_.size(), State::good);
    Row row(values_, states_);
    probe_.sample(row, now);
  }
  [[nodiscard]] bool has(std::string_view name) const { return find(name) < values_.size(); }
  // Fails the test when there is no such channel, or it is not good.
  [[nodiscard]] double value(std::string_view name) const {
    const std::size_t column = find(name);
    INFO("channel " << name);
    REQUIRE(column < values_.size());
    REQUIRE(to_string(states_[column]) == "good");
    return values_[column];
  }
  [[nodiscard]] State state(std::string_view name) const {
    const std::size_t column = find(name);
    INFO("channel " << name);
    REQUIRE(column < values_.size());
    return states_[column];
  }
  [[nodiscard]] const ChannelInfo& info(std::string_view name) const {
    const std::size_t column = find(name);
    INFO("channel " << name);
    REQUIRE(column < values_.size());
    return probe_.channels()[column];
  }

 private:
  [[nodiscard]] std::size_t find(std::string_view name) const {
    const auto channels = probe_.channels();
    std::size_t i = 0;
    while (i < channels.size() && channels[i].name != name) ++i;
    return i;
  }
  Probe& probe_;
  std::vector<double> values_;
  std::vector<State> states_;
};

// Text that a broken or hostile kernel file may hold.
[[nodiscard]] inline const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> kTexts = {
      "",
      "\n",
      " ",
      "-",
      "+",
      "0x",
      "abc",
      "-1",
      "1e999",
      "nan",
      "inf",
      "12abc",
      "99999999999999999999999999",
      "-99999999999999999999999999",
      std::string("\0\0\0\0", 4),
      std::string("\xff\xfe\x80\x00garbage", 11),
      std::string(100'000, '9'),
      std::string(100'000, '\n'),
      std::string(5'000, ':'),
      "cpu",
      "cpu 1",
      "cpu  1 2 3 x",
      "cpu0",
      "cpu99999999999 1 2 3 4",
      "cpu -1 -2 -3 -4",
      "some",
      "some avg10=",
      "some avg10=x avg60=y total=",
      "MemTotal:",
      "MemTotal: kB",
      "Core0:",
      "NPU load:  Core0: %",
      "50@",
      "@",
      "@1000Hz",
      "MCE:",
      "MCE: x y",
      "TRM: 1 2",
  };
  return kTexts;
}

// Puts every hostile text into each of `paths`, alone and in all of them, and reads the probe: it
// must neither crash nor report a value that is not finite. `make` is the probe's factory.
template <class Fs, class Make>
void survives_hostile_texts(const Fs& sane, const std::vector<std::string>& paths, Make make) {
  for (const std::string& text : hostile_texts()) {
    for (std::size_t which = 0; which <= paths.size(); ++which) {
      Fs fs = sane;
      const auto probe_before = make(fs);  // built while all was well
      for (std::size_t i = 0; i < paths.size(); ++i) {
        if (which == i || which == paths.size()) fs.set(paths[i], text);
      }
      const auto probe_after = make(fs);  // built from the hostile text
      for (Probe* probe : {probe_before.get(), probe_after.get()}) {
        std::vector<double> values(probe->channels().size());
        std::vector<State> states(values.size());
        for (Nanos now : {kSecond, 2 * kSecond}) {
          Row row(values, states);
          probe->sample(row, now);
        }
        std::vector<Event> events;
        probe->drain_events(events);
        for (const double value : values) CHECK(std::isfinite(value));
      }
    }
  }
}

}  // namespace soakrig::probes
