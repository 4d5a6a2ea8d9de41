// SPDX-License-Identifier: Apache-2.0
#include "rig/app/probe_listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "probes/catalogue.hpp"
#include "probes/probe_runner.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::app {
namespace {

// Keeps the last row of each source.
class LastRow final : public probes::RowSink {
 public:
  LastRow(std::vector<ListedChannel>& out, std::span<const std::size_t> first, Nanos utc_of_boot)
      : out_(out), first_(first), utc_of_boot_(utc_of_boot) {}
  void row(std::uint32_t source, Nanos, Nanos taken, std::span<const double> values,
           std::span<const State> states) override {
    if (source >= first_.size()) return;  // the runner's own health channels
    for (std::size_t j = 0; j < values.size(); ++j) {
      ListedChannel& channel = out_[first_[source] + j];
      channel.state = states[j];
      channel.value = values[j];
      channel.t_utc = taken + utc_of_boot_;
    }
  }
  void event(const Event&) override {}

 private:
  std::vector<ListedChannel>& out_;
  std::span<const std::size_t> first_;
  Nanos utc_of_boot_;
};

std::string reason_of(const ListedChannel& channel) {
  const std::string& source = channel.info.source;
  switch (channel.state) {
    case State::good:
      return "";
    case State::no_data:
      return channel.info.reason.empty() ? source + " has nothing to say here"
                                         : channel.info.reason;
    case State::stale:
      return source + " did not change between two readings";
    case State::error:
      break;
  }
  return source + " fails to read, or holds no such number";
}

struct Scaled {
  double value;
  const char* prefix;
};
Scaled scaled(double value, double base, std::span<const char* const> prefixes) {
  std::size_t i = 0;
  while (i + 1 < prefixes.size() && std::abs(value) >= base) {
    value /= base;
    ++i;
  }
  return {value, prefixes[i]};
}

}  // namespace

std::vector<ListedChannel> read_channels(probes::HostFs& fs, const Clock& clock, Nanos fast,
                                         const std::function<void()>& pause) {
  probes::ProbeRunner runner(probes::make_probes(fs), clock, fast);
  std::vector<ListedChannel> channels;
  std::vector<std::size_t> first;
  const auto sources = runner.sources();
  for (const SourceInfo& source : sources.first(sources.size() - 1)) {
    first.push_back(channels.size());
    for (const ChannelInfo& info : source.channels) {
      channels.push_back({.probe = source.name, .info = info, .period = source.period});
    }
  }
  LastRow sink(channels, first, clock.utc_ns() - clock.boot_ns());
  runner.run_all(sink);
  pause();
  runner.run_all(sink);
  for (ListedChannel& channel : channels) channel.reason = reason_of(channel);
  return channels;
}

std::string format_reading(double value, const std::string& unit) {
  constexpr std::array kDecimal = {"", "k", "M", "G", "T"};
  constexpr std::array kBinary = {"B", "KiB", "MiB", "GiB", "TiB"};
  if (unit == "Hz") {
    const Scaled s = scaled(value, 1000, kDecimal);
    return fmt::format("{:.4g} {}Hz", s.value, s.prefix);
  }
  if (unit == "By") {
    const Scaled s = scaled(value, 1024, kBinary);
    return fmt::format("{:.4g} {}", s.value, s.prefix);
  }
  // "{count}" is UCUM for a number of things; people read it without the braces.
  const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
  const bool large = whole || std::abs(value) >= 1000;
  const std::string number = large ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
  const bool annotation = unit.size() > 2 && unit.front() == '{' && unit.back() == '}';
  if (unit == "{state}" || unit == "1") return number;
  return number + " " + (annotation ? unit.substr(1, unit.size() - 2) : unit);
}

std::string channel_table(std::span<const ListedChannel> channels) {
  std::size_t widest = 10, missing = 0;
  for (const ListedChannel& channel : channels) {
    const bool absent = !channel.info.reason.empty() && channel.state == State::no_data;
    missing += absent;
    if (!absent) widest = std::max(widest, channel.info.name.size());
  }
  std::string out, group;
  for (const ListedChannel& channel : channels) {
    if (!channel.info.reason.empty() && channel.state == State::no_data) continue;
    if (channel.probe != group) {
      group = channel.probe;
      out += fmt::format("{}{} (every {})\n", out.empty() ? "" : "\n", group,
                         format_duration(channel.period));
    }
    const bool good = channel.state == State::good;
    out += good ? fmt::format("  {:{}}  {}\n", channel.info.name, widest,
                              format_reading(channel.value, channel.info.unit))
                : fmt::format("  {:{}}  {}: {}\n", channel.info.name, widest,
                              to_string(channel.state), channel.reason);
  }
  if (missing == 0) return out;
  out += fmt::format("{}missing here\n", out.empty() ? "" : "\n");
  for (const ListedChannel& channel : channels) {
    if (channel.info.reason.empty() || channel.state != State::no_data) continue;
    out += fmt::format("  {}\n      {}\n", channel.info.name, channel.reason);
  }
  return out;
}

std::string channel_json(std::span<const ListedChannel> channels) {
  nlohmann::json list = nlohmann::json::array();
  for (const ListedChannel& channel : channels) {
    const bool good = channel.state == State::good;
    list.push_back({{"board", "local"},
                    {"name", channel.info.name},
                    {"unit", channel.info.unit},
                    {"state", to_string(channel.state)},
                    {"value", good ? nlohmann::json(channel.value) : nlohmann::json(nullptr)},
                    {"reason", good ? nlohmann::json(nullptr) : nlohmann::json(channel.reason)},
                    {"t", format_rfc3339(channel.t_utc)},
                    {"period_s", to_seconds(channel.period)},
                    {"source", channel.info.source},
                    {"provenance", to_string(channel.info.provenance)}});
  }
  // A path from a hostile tree may be no UTF-8.
  return nlohmann::json{{"channels", list}}.dump(2, ' ', false,
                                                 nlohmann::json::error_handler_t::replace) +
         "\n";
}

const ListedChannel* find_channel(std::span<const ListedChannel> channels, std::string_view name) {
  const auto found =
      std::ranges::find(channels, name, [](const ListedChannel& c) { return c.info.name; });
  return found == channels.end() ? nullptr : &*found;
}

}  // namespace soakrig::app
