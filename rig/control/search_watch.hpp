// SPDX-License-Identifier: Apache-2.0
//
// Whether the boards give way on a rung of a search (SearchRung): listens on the way to the
// observer and passes everything on. A workload's speed here is work per busy time over the last
// window; what it did over the first rung's dwell is what later rungs are held to. One thread.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "rig/control/observer.hpp"

namespace soakrig::control {

// By board and workload: work per busy time over the first rung.
using FirstSpeeds = std::map<std::pair<std::string, std::string>, double>;
// What `body`, of the event that tells how a rung ended, says of them; empty where it is no such
// body. A resumed run holds its rungs to these.
[[nodiscard]] FirstSpeeds first_speeds(const std::string& body);

class SearchWatch final : public RunObserver {
 public:
  // `spec` and `next` must outlive it. `known`: of the search that an interrupted run was in.
  SearchWatch(const RunSpec& spec, RunObserver& next, const FirstSpeeds& known = {});

  void on_stage(Stage stage, const PhaseSpec& phase, const PhaseProgress& progress) override;
  void on_rows(const std::string& board, const SourceInfo& source, const Batch& batch) override;
  void on_event(const Event& event) override;
  void on_tick(Nanos now, const PhaseMachine& machine) override;

  // Why the boards give way on the rung that dwells now; nothing while they hold, or where no rung
  // dwells.
  [[nodiscard]] std::optional<std::string> look(Nanos now) const;
  // For a cause that only the caller sees.
  void gave_way(const std::string& why);
  // Body of the event that tells how the rung ended which dwelt last; docs/formats/events.md.
  [[nodiscard]] std::string body(const PhaseSpec& phase) const;

 private:
  struct Report {
    Nanos t = 0;
    double work = 0, busy = 0, instance = 0;
  };
  struct Load {
    std::deque<Report> reports;   // of this instance, the last window
    double work = 0, busy = 0;    // over the dwell
    std::optional<double> first;  // speed on the first rung
  };
  using Key = std::pair<std::string, std::string>;  // board, workload
  void begin(const PhaseSpec& phase, Nanos dwell_begin);
  void end(const PhaseSpec& phase);
  void take(Load& load, const Report& report);
  [[nodiscard]] std::optional<double> speed(const Load& load) const;

  const RunSpec& spec_;
  RunObserver& next_;
  std::optional<PhaseSpec> rung_;  // that dwells now
  Nanos since_ = 0, window_ = 0;
  std::map<Key, Load> loads_;
  std::optional<std::string> why_;
};

}  // namespace soakrig::control
