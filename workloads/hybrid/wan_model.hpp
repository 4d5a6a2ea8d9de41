// SPDX-License-Identifier: Apache-2.0
//
// What a wide-area link is like at each moment: a seeded model, or a recorded trace that is
// repeated. Pure: the same settings and seed give the same outages and stalls on every machine,
// whoever asks and how often. Times are from the link's start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/link_trace.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::workloads {

// Now and then, for a while: both lengths are drawn from exponential distributions with these
// means, so that the long-run share of the time is lasts ÷ (every + lasts).
struct Recurring {
  Nanos every = 0;  // between the end of one and the beginning of the next; 0 = never
  Nanos lasts = 0;
};
// "20s:2s": every, lasts. Errc::invalid for anything else.
[[nodiscard]] Result<Recurring> parse_recurring(std::string_view text);

enum class OutageKind : std::uint8_t {
  refuse,      // connections are reset, new ones refused
  black_hole,  // nothing answers: bytes and connections are held until it is over
};

struct WanSettings {
  Nanos rtt = 0;       // of the link alone; half of it each way
  Nanos jitter = 0;    // width of the round trip's variation: rtt ± jitter / 2
  double up_rate = 0;  // bytes a second; 0 = no limit
  double down_rate = 0;
  double loss = 0;  // share of segments; a lost one costs a round trip
  Recurring stalls, outages;
  OutageKind outage_kind = OutageKind::refuse;
  std::vector<LinkRow> trace;  // where there is one: its rtt, rate, loss and outages instead
  std::uint64_t seed = 1;

  // Nothing of it does anything: bytes are only counted.
  [[nodiscard]] bool transparent() const;
};

// Errc::invalid for what cannot be.
[[nodiscard]] Result<void> check_wan(const WanSettings& settings);

struct LinkState {
  bool up = true;
  bool stalled = false;
  double rtt_s = 0, jitter_s = 0;
  double up_rate = 0, down_rate = 0;  // bytes a second; 0 = no limit
  double loss = 0;
  Nanos until = 0;  // from then on it may be another

  [[nodiscard]] bool moves() const { return up && !stalled; }
};

class WanModel {
 public:
  explicit WanModel(WanSettings settings);  // that check_wan found good
  // `t` is not before that of the call before.
  [[nodiscard]] const LinkState& at(Nanos t);
  [[nodiscard]] const WanSettings& settings() const { return settings_; }

  // Of the time that at() has gone over.
  struct Passed {
    Nanos span = 0, down = 0, stalled = 0;
    std::uint64_t outages = 0, stalls = 0;
  };
  [[nodiscard]] const Passed& passed() const { return passed_; }

 private:
  class Alternation {
   public:
    Alternation(const Recurring& recurring, std::uint64_t seed);
    void go_to(Nanos t);
    [[nodiscard]] bool on() const { return on_; }
    [[nodiscard]] Nanos until() const { return until_; }

   private:
    Nanos draw(Nanos mean);
    Recurring recurring_;
    std::mt19937_64 random_;
    bool on_ = false;
    Nanos until_ = 0;
  };
  void compute(Nanos t);
  void apply_trace(Nanos t);

  WanSettings settings_;
  Alternation outages_, stalls_;
  LinkState state_;
  Passed passed_;
  Nanos now_ = -1;
};

// How long bytes take from one end to the other. Uniform within the jitter; each lost segment of
// 1448 bytes costs a round trip (fast retransmission), and those lost together one.
class DelayDraw {
 public:
  explicit DelayDraw(std::uint64_t seed) : random_(seed) {}
  [[nodiscard]] Nanos one_way(const LinkState& state, std::size_t bytes);
  [[nodiscard]] Nanos round_trip(const LinkState& state);

 private:
  double uniform();
  std::mt19937_64 random_;
};

}  // namespace soakrig::workloads
