// SPDX-License-Identifier: Apache-2.0
#include "workloads/cycle/cycle_plan.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "rig/base/quantity.hpp"

namespace soakrig::workloads {

namespace {

constexpr std::array<std::string_view, 7> kNames{
    "none", "kill", "corrupt", "power-cut", "network-cut", "disk-full", "clock-step"};
constexpr std::size_t kCorruptEvery = 4096;

// splitmix64: one well-mixed number from one counter.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

double unit(std::uint64_t x) { return static_cast<double>(x >> 11) * 0x1p-53; }

Error wrong(std::string what, std::string remedy) {
  return {Errc::invalid, std::move(what), std::move(remedy)};
}

bool needs_commands(CycleFault fault) {
  return fault == CycleFault::network_cut || fault == CycleFault::disk_full ||
         fault == CycleFault::clock_step;
}

}  // namespace

std::string_view to_string(CycleFault fault) { return kNames[static_cast<std::size_t>(fault)]; }

Result<std::map<CycleFault, double>> parse_fault_mix(const CycleOptions& options) {
  std::map<CycleFault, double> out;
  double sum = 0;
  for (const std::string& text : options.faults) {
    const std::size_t equals = text.find('=');
    const auto name = std::ranges::find(kNames, text.substr(0, equals));
    if (name == kNames.end()) {
      std::vector<std::string> known(kNames.begin(), kNames.end());
      const std::string near = nearest_word(text.substr(0, equals), known);
      return wrong("no fault '" + text.substr(0, 60) + "'",
                   near.empty() ? "there are none, kill, corrupt, power-cut, network-cut, "
                                  "disk-full, clock-step"
                                : "did you mean '" + near + "'?");
    }
    const auto fault = static_cast<CycleFault>(name - kNames.begin());
    const auto share = equals == std::string::npos ? Result<double>(Error{})
                                                   : parse_ratio(text.substr(equals + 1));
    if (!share || *share < 0 || *share > 1) {
      return wrong("fault '" + text.substr(0, 60) + "' has no share", "write it as kill=20%");
    }
    if (*share > 0 && needs_commands(fault) && begin_of(options, fault).empty()) {
      return wrong("fault " + std::string(*name) + " has no command that makes it",
                   "add it (docs/formats/profile.md, [workload.NAME] kind = \"cycle\")");
    }
    if (*share > 0 && fault == CycleFault::corrupt && options.payload.empty()) {
      return wrong("fault corrupt has nothing to corrupt", "name a payload");
    }
    out[fault] += *share;
    sum += *share;
  }
  if (std::abs(sum - 1) > 1e-6)
    return wrong("the shares of the faults are not 100 %", "correct them");
  return out;
}

CycleFaultPlan plan_fault(const CycleOptions& options, const std::map<CycleFault, double>& mix,
                          std::uint64_t n) {
  CycleFaultPlan out;
  const std::uint64_t base = mixed(options.seed) ^ mixed(n * 0x632BE59BD9B4E019ull);
  double left = unit(mixed(base + 1));
  for (const auto& [fault, share] : mix) {
    if (share <= 0) continue;
    out.fault = fault;  // the last one takes what rounding left
    if (left < share) break;
    left -= share;
  }
  const double when = unit(mixed(base + 2));
  out.salt = mixed(base + 3);
  if (options.fault_lines > 0) {
    out.line = 1 + static_cast<std::int64_t>(when * static_cast<double>(options.fault_lines));
  } else {
    out.after = static_cast<Nanos>(when * static_cast<double>(options.fault_within));
  }
  return out;
}

const Argv& begin_of(const CycleOptions& o, CycleFault fault) {
  static const Argv kNone;
  switch (fault) {
    case CycleFault::power_cut:
      return o.power_off;
    case CycleFault::network_cut:
      return o.network_off;
    case CycleFault::disk_full:
      return o.disk_fill;
    case CycleFault::clock_step:
      return o.clock_step;
    default:
      return kNone;
  }
}

const Argv& end_of(const CycleOptions& o, CycleFault fault) {
  static const Argv kNone;
  switch (fault) {
    case CycleFault::power_cut:
      return o.power_on;
    case CycleFault::network_cut:
      return o.network_on;
    case CycleFault::disk_full:
      return o.disk_free;
    case CycleFault::clock_step:
      return o.clock_back;
    default:
      return kNone;
  }
}

Argv filled_in(const Argv& argv, const std::map<std::string, std::string>& words) {
  Argv out = argv;
  for (std::string& arg : out) {
    for (const auto& [word, value] : words) {
      const std::string mark = "{" + word + "}";
      for (std::size_t at = arg.find(mark); at != std::string::npos;
           at = arg.find(mark, at + value.size())) {
        arg.replace(at, mark.size(), value);
      }
    }
  }
  return out;
}

std::string corrupted(std::string payload, std::uint64_t salt) {
  for (std::size_t from = 0, n = 0; from < payload.size(); from += kCorruptEvery, ++n) {
    const std::size_t length = std::min(kCorruptEvery, payload.size() - from);
    const std::uint64_t drawn = mixed(salt + n);
    char& byte = payload[from + drawn % length];
    byte = static_cast<char>(byte ^ static_cast<char>(1 + (drawn >> 32) % 255));
  }
  return payload;
}

}  // namespace soakrig::workloads
