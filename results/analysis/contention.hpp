// SPDX-License-Identifier: Apache-2.0
//
// When somebody else took the machine: the hypervisor (steal) or a stranger's programs. A speed
// measured then says little about the board, for better or worse, so the rules on speed are
// inconclusive. Strangers are seen in two ways: by limiter channels of cause contention, and by CPU
// time that neither the workloads nor the agent used while no core was left idle.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/judgement.hpp"
#include "results/analysis/limiters.hpp"
#include "results/analysis/windows.hpp"

namespace soakrig::analysis {

// Strangers matter from this share of all CPU time on, and only where the CPU was this busy: with
// idle cores left they cost the workloads nothing that could be told from noise.
inline constexpr double kStrangers = 0.10;
inline constexpr double kSaturated = 0.90;
// Beyond these the load client may be the limit: the share of the time on a core or waiting for one,
// and how late it sent its requests.
inline constexpr double kBusyClient = 0.8;
inline constexpr double kLateClient = 0.01;  // s
inline constexpr double kContended = 0.10;  // of the time, by limiters of cause contention

// Means over one range as shares of the time of all cores (0..1); none where not readable.
struct CpuShares {
  std::optional<double> steal;
  std::optional<double> busy;       // cpu.usage
  std::optional<double> strangers;  // neither workloads nor agent

  // Why speeds in this range are not the board's own; empty when they are.
  [[nodiscard]] std::string disturbed_by(double steal_max) const;
};

// From cpu.steal and cpu.usage; strangers are what is left of cpu.usage after work.NAME.cpu and
// agent.cpu (both % of one core).
[[nodiscard]] std::vector<CpuShares> cpu_shares(const BoardView& board,
                                                std::span<const Interval> ranges);

// Which windows were undisturbed: by their CpuShares, and by contention limiters in less than a
// tenth of them.
[[nodiscard]] std::vector<bool> undisturbed(const BoardView& board, std::span<const Window> windows,
                                            std::span<const Assertion> assertions,
                                            double steal_max);

// Why the figures of a load client's requests may be the client's own and not the engine's; empty
// where it had time to spare. From `work.NAME.client_cpu` and `.client_wait` (shares of the time,
// docs/formats/openai_load.md), and from how late its requests went out: of `latency`, the figures of
// its `lag`, the furthest tail that is told as a fact.
[[nodiscard]] std::string client_limit(const BoardView& board, const std::string& workload,
                                       const std::map<std::string, LatencySummary>& latency,
                                       const Interval& range);

// Why the speeds of a whole range cannot be judged; empty when they can.
[[nodiscard]] std::string disturbance(const BoardView& board, const Interval& range,
                                      std::span<const Assertion> assertions, double steal_max);

}  // namespace soakrig::analysis
