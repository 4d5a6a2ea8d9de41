// SPDX-License-Identifier: Apache-2.0
//
// The reference signals that the store is measured on: one board with 100 channels at 10 Hz,
// seeded, the same on every machine. The mix: 24 temperatures (random walk in 0.1 Cel steps), 16
// clocks (dynamic frequency steps), 16 powers (noisy milliwatts), 10 token rates (doubles with
// every bit in use, the worst case), 12 utilisations (%), 6 voltages (mV), 6 counters, 5 flags, 5
// latencies (us). Each kind is a source of its own, as probes are: nine time axes of whole
// microseconds, with jitter |N(0, 120 us)| and 1 % late by up to 5 ms. Values are SI, converted by
// division as probes do.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "rig/base/batch.hpp"

namespace soakrig::bench {

enum class Kind : std::size_t { temp, clock, power, rate, util, volt, counter, flag, latency };

struct KindInfo {
  const char* name;
  const char* unit;
  std::uint32_t channels;
};
inline constexpr std::array<KindInfo, 9> kKinds = {{{"temp", "Cel", 24},
                                                    {"clock", "Hz", 16},
                                                    {"power", "W", 16},
                                                    {"rate", "{token}/s", 10},
                                                    {"util", "%", 12},
                                                    {"volt", "V", 6},
                                                    {"counter", "{count}", 6},
                                                    {"flag", "{state}", 5},
                                                    {"latency", "s", 5}}};

class ReferenceSignals {
 public:
  static constexpr Nanos kPeriod = 100 * kMillisecond;
  static constexpr std::size_t kChannels = 100;

  explicit ReferenceSignals(std::uint64_t seed = 1) : state_(seed) {
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
      for (std::uint32_t i = 0; i < kKinds[kind].channels; ++i) {
        levels_[kind].push_back(first_level(static_cast<Kind>(kind)));
      }
    }
  }

  [[nodiscard]] static SourceInfo source(std::size_t kind) {
    SourceInfo info;
    info.name = kKinds[kind].name;
    info.period = kPeriod;
    for (std::uint32_t i = 0; i < kKinds[kind].channels; ++i) {
      ChannelInfo channel;
      channel.name = info.name + "." + std::to_string(i);
      channel.unit = kKinds[kind].unit;
      channel.provenance = Provenance::simulated;
      info.channels.push_back(std::move(channel));
    }
    return info;
  }

  // The next second: one batch of ten rows per kind.
  [[nodiscard]] std::array<Batch, kKinds.size()> next_second() {
    std::array<Batch, kKinds.size()> out;
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
      out[kind].columns = kKinds[kind].channels;
    }
    for (int row = 0; row < 10; ++row, ++tick_) {
      for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
        out[kind].taken.push_back(static_cast<Nanos>(tick_) * kPeriod + lateness());
        for (double& level : levels_[kind]) {
          out[kind].values.push_back(next(static_cast<Kind>(kind), level));
        }
      }
    }
    return out;
  }

 private:
  // splitmix64: small, seeded, the same everywhere.
  std::uint64_t random() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  double uniform() { return static_cast<double>(random() >> 11) * 0x1p-53; }
  double normal() {  // Box and Muller
    return std::sqrt(-2.0 * std::log(1.0 - uniform())) * std::cos(6.283185307179586 * uniform());
  }

  Nanos lateness() {
    const double late = uniform() < 0.01 ? 5000.0 * uniform() : 0.0;
    return static_cast<Nanos>(std::fabs(normal()) * 120.0 + late) * kMicrosecond;
  }

  double first_level(Kind kind) {
    if (kind == Kind::temp) return 450 + std::floor(uniform() * 200);
    if (kind == Kind::power) return 2000 + uniform() * 8000;
    if (kind == Kind::volt) return 800 + std::floor(uniform() * 4000);
    if (kind == Kind::rate) return 20 + uniform() * 20;
    if (kind == Kind::latency) return 20000 + uniform() * 40000;
    if (kind == Kind::util) return 90;
    return 0;
  }

  double next(Kind kind, double& level) {
    switch (kind) {
      case Kind::temp:
        if (uniform() < 0.1) level += uniform() < 0.5 ? -1 : 1;
        return level / 10;
      case Kind::clock:
        if (uniform() < 0.002) level = std::floor(uniform() * 12);
        return (408.0 + 144.0 * level) * 1e6;
      case Kind::power:
        return std::round(level + 40 * normal()) / 1000;
      case Kind::rate:
        return level * (1 + 0.02 * normal());
      case Kind::util:
        if (uniform() < 0.1) level = std::fmin(100, std::fmax(0, std::round(95 + 4 * normal())));
        return level;
      case Kind::volt:
        return std::round(level + 1.5 * normal()) / 1000;
      case Kind::counter:
        level += std::floor(std::fmax(0, 300 + 50 * normal()));
        return level;
      case Kind::flag:
        if (uniform() < 0.001) level = 1 - level;
        return level;
      case Kind::latency:
        return std::round(level * std::exp(0.15 * normal())) / 1e6;
    }
    return 0;
  }

  std::uint64_t state_;
  std::uint64_t tick_ = 0;
  std::array<std::vector<double>, kKinds.size()> levels_;
};

}  // namespace soakrig::bench
