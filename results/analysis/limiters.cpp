// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/limiters.hpp"

#include <algorithm>

#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

constexpr std::string_view kPrefix = "limiter.";

// Builds the assertions of one channel from its samples in order.
class Builder {
 public:
  Builder(Cause cause, const ChannelInfo& info, Nanos bridge, std::vector<Assertion>& out)
      : cause_(cause), info_(info), bridge_(bridge), out_(out) {}

  // It asserted from `from` to `to`; it read `before` just before and `value` in it.
  void add(const Interval& when, double before, double value) {
    if (open_ && when.from - out_.back().when.to <= bridge_) {
      Assertion& a = out_.back();
      if (when.from > a.when.to) ++a.times;
      a.when.to = std::max(a.when.to, when.to);
      a.asserted += when.length();
      a.last = value;
      a.most = std::max(a.most, value);
      return;
    }
    out_.push_back({cause_, info_.name, info_.unit, when, before, value, value, when.length(), 1});
    open_ = true;
  }

 private:
  Cause cause_;
  const ChannelInfo& info_;
  Nanos bridge_;
  std::vector<Assertion>& out_;
  bool open_ = false;
};

// A level counts from its sample to the next, at most as long as a sample vouches.
void add_level(const ChannelView& channel, Cause cause, const Interval& range, Nanos bridge,
               std::vector<Assertion>& out) {
  Builder builder(cause, channel.info, bridge, out);
  const Nanos hold = hold_time(channel);
  std::optional<double> value;
  double before = 0;
  Nanos since = 0;
  const auto close = [&](Nanos until) {
    if (!value) return;
    if (*value > 0) builder.add({since, std::min(until, since + hold)}, before, *value);
    before = *value;
  };
  for_each_part(channel, range, [&](const Series& s) {
    for (std::size_t i = 0; i < s.size(); ++i) {
      close(s.t[i]);
      value = s.good(i) ? std::optional(s.v[i]) : std::nullopt;
      since = s.t[i];
    }
  });
  close(range.to);
}

// A counter that moved did so between two readings; one that fell was reset (a reboot).
void add_counter(const ChannelView& channel, Cause cause, const Interval& range, Nanos bridge,
                 std::vector<Assertion>& out) {
  Builder builder(cause, channel.info, bridge, out);
  const Nanos hold = hold_time(channel);
  std::optional<double> last;
  Nanos last_t = 0;
  for_each_part(channel, range, [&](const Series& s) {
    for (std::size_t i = 0; i < s.size(); ++i) {
      if (!s.good(i)) continue;
      if (last && s.v[i] > *last) {
        builder.add({std::max(last_t, s.t[i] - hold), s.t[i]}, *last, s.v[i]);
      }
      last = s.v[i];
      last_t = s.t[i];
    }
  });
}

// cap < 99 % of max: below that it is not rounding between two files.
void add_cap(const ChannelView& cap, const ChannelView& most, const Interval& range, Nanos bridge,
             std::vector<Assertion>& out) {
  const auto full = summarise(most, range);
  if (!full || full->max <= 0) return;
  ChannelView capped = cap;
  capped.load = [&cap, limit = 0.99 * full->max](Nanos from, Nanos to) {
    Series s = cap.load(from, to);
    for (std::size_t i = 0; i < s.size(); ++i) {
      if (s.v[i] >= limit) s.v[i] = 0;  // 0 = not capped, else the cap
    }
    return s;
  };
  add_level(capped, Cause::user_cap, range, bridge, out);
}

// A cap that comes and goes with a hardware limiter is how that limiter works, not a user's wish.
void drop_caps_of_hardware(std::vector<Assertion>& all) {
  std::vector<Interval> hardware;
  for (const Assertion& a : all) {
    if (by_hardware(a.cause)) hardware.push_back(a.when);
  }
  hardware = joined(std::move(hardware));
  std::erase_if(all, [&](const Assertion& a) {
    return a.channel.ends_with(".frequency_cap") &&
           2 * time_within(a.when, hardware) > a.when.length();
  });
}

}  // namespace

std::optional<Cause> limiter_cause(std::string_view channel) {
  if (!channel.starts_with(kPrefix)) return std::nullopt;
  channel.remove_prefix(kPrefix.size());
  return parse_cause(channel.substr(0, channel.find('.')));
}

bool by_hardware(Cause cause) {
  return cause == Cause::thermal || cause == Cause::under_voltage || cause == Cause::over_current ||
         cause == Cause::power_cap;
}

bool is_clock_or_limiter(const ChannelInfo& channel) {
  return channel.name.starts_with(kPrefix) ||
         (channel.unit == "Hz" && channel.name.ends_with("frequency"));
}

std::vector<Assertion> find_assertions(const BoardView& board, const Interval& range,
                                       Nanos bridge) {
  std::vector<Assertion> out;
  for (const ChannelView& channel : board.channels) {
    if (const auto cause = limiter_cause(channel.info.name)) {
      if (channel.info.unit == "{count}") {
        add_counter(channel, *cause, range, bridge, out);
      } else {
        add_level(channel, *cause, range, bridge, out);
      }
    } else if (channel.info.name.ends_with(".frequency_cap")) {
      const std::string stem = channel.info.name.substr(0, channel.info.name.rfind('_'));
      const ChannelView* most = board.find(stem + "_max");
      if (most != nullptr) add_cap(channel, *most, range, bridge, out);
    }
  }
  drop_caps_of_hardware(out);
  return out;
}

}  // namespace soakrig::analysis
