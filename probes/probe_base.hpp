// SPDX-License-Identifier: Apache-2.0
//
// What most probes share: the list of channels, and the one-number file behind a channel. Not part
// of the port: a probe may do without it.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "probes/probe.hpp"

namespace soakrig::probes {

// A file that holds one decimal integer, and the column its value goes to:
// value = integer * multiply / divide. Two factors, since 1/1000 is no exact double and 45123 m°C
// must read 45.123. Outside [low, high] a number cannot be meant: state error.
struct Attribute {
  File file;
  std::size_t column = 0;
  double multiply = 1;
  double divide = 1;
  double low = std::numeric_limits<double>::lowest();
  double high = std::numeric_limits<double>::max();

  // Reads, converts and puts.
  void sample(Row& row) { row.put(column, read()); }
  [[nodiscard]] Value read();
};

// The highest of several readings that are one channel: of those that could be read; broken only
// when none could and one of them is broken.
class Highest {
 public:
  void add(Value next);
  [[nodiscard]] Value value() const { return highest_; }

 private:
  Value highest_;
};

// "max of A B" for several paths, "A" for one: the source of a channel made of them.
[[nodiscard]] std::string source_of_max(const std::vector<std::string>& paths);

// Bounds of a temperature that a working sensor can mean. Failed sensors say -256 or -274 (Jetson)
// or 2^31-1 m°C, and none of those is a temperature.
inline constexpr double kColdest = -100, kHottest = 250;

class ProbeBase : public Probe {
 public:
  [[nodiscard]] std::string_view name() const final { return name_; }
  [[nodiscard]] Period period() const final { return period_; }
  [[nodiscard]] std::span<const ChannelInfo> channels() const final { return channels_; }
  [[nodiscard]] bool present() const final { return present_; }

 protected:
  ProbeBase(std::string_view name, Period period) : name_(name), period_(period) {}

  // Adds a channel that has a source; returns its column. A name already taken gets "_2", "_3"…
  std::size_t add(std::string name, std::string unit, std::string source, Provenance provenance);
  // Adds a channel whose source is missing: always no_data, with the reason and its remedy.
  std::size_t add_absent(std::string name, std::string unit, std::string source,
                         Provenance provenance, std::string reason);

 private:
  std::string_view name_;
  Period period_;
  std::vector<ChannelInfo> channels_;
  bool present_ = false;
};

// Makes a dotted name unique among `taken` by a number on its last part but one, so that
// "thermal.cpu.temperature" becomes "thermal.cpu_2.temperature".
[[nodiscard]] std::string unique_name(std::string name, const std::vector<ChannelInfo>& taken);

}  // namespace soakrig::probes
