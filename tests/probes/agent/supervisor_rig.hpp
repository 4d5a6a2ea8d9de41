// SPDX-License-Identifier: Apache-2.0
//
// A supervisor that is driven by hand, for the tests of it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "probes/agent/supervisor.hpp"

namespace soakrig::test {

using namespace soakrig::agent;

inline WorkloadSpec chat() {
  WorkloadSpec spec;
  spec.name = "chat";
  spec.argv = {"./engine"};
  spec.hang_after = 10 * kSecond;
  spec.restart = {3, 2 * kSecond};
  return spec;
}

// It and what came out of it, sorted by kind.
struct SupervisorRig {
  Supervisor supervisor{"chat"};
  std::vector<std::uint64_t> spawns;
  std::vector<int> signals;
  std::vector<Event> events;

  void collect() {
    for (auto& action : supervisor.take_actions()) {
      if (const auto* spawn = std::get_if<SpawnAction>(&action)) spawns.push_back(spawn->instance);
      if (const auto* signal = std::get_if<SignalAction>(&action)) {
        signals.push_back(signal->signal);
      }
      if (const auto* event = std::get_if<Event>(&action)) events.push_back(*event);
    }
  }
  void start(Nanos now, const WorkloadSpec& spec = chat()) {
    supervisor.start(spec, now);
    supervisor.spawned({100, 5, "boot"}, spec.argv, now);
    collect();
  }
  void tick(Nanos now) {
    supervisor.tick(now, [] { return std::vector<std::string>{"it waits in nowhere"}; });
    collect();
  }
  void exit(ExitReport report, Nanos now) {
    supervisor.exited(report, now);
    collect();
  }
  bool totals(double tokens, Nanos now, std::uint64_t cycle = 0) {
    work::Totals t;
    t.work["tokens"] = tokens;
    t.busy_s = tokens / 10;
    t.cycle = cycle;
    const bool taken = supervisor.message(work::Message{t}, now);
    collect();
    return taken;
  }
  // The bodies of all events of a kind.
  [[nodiscard]] std::vector<nlohmann::json> bodies(std::string_view kind) const;
  [[nodiscard]] nlohmann::json only(std::string_view kind) const;  // where there is just one
};

[[nodiscard]] std::string evidence(const nlohmann::json& incident);

}  // namespace soakrig::test
