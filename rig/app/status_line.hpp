// SPDX-License-Identifier: Apache-2.0
//
// What a person sees while a run goes: on a terminal one line that is redrawn (phase, elapsed and
// remaining, speed, temperature, power, last event), elsewhere plain log lines at state changes and
// once a minute. Formatting is pure (describe); only show() writes.
#pragma once

#include <cstdio>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "rig/control/observer.hpp"

namespace soakrig::app {

// The latest of everything, kept from the rows as they pass. Not thread-safe.
class LiveFigures {
 public:
  explicit LiveFigures(Nanos window);
  void feed(const std::string& board, const SourceInfo& source, const Batch& batch,
            const std::vector<WorkloadSpec>& workloads);

  // Work done / busy time over the window, summed over boards and workloads of that unit.
  // Nothing until a window holds two reports of one instance.
  [[nodiscard]] std::optional<double> speed(const std::string& workload) const;
  // The hottest board's; the boards' sum.
  [[nodiscard]] std::optional<double> temperature() const;
  [[nodiscard]] std::optional<double> power() const;
  [[nodiscard]] std::optional<double> chamber() const { return chamber_; }

 private:
  struct Report {
    Nanos t = 0;
    double work = 0, busy = 0, instance = 0;
  };
  Nanos window_;
  std::map<std::string, std::map<std::string, std::deque<Report>>> reports_;  // workload, board
  std::map<std::string, std::optional<double>> temperature_, power_;          // by board
  std::optional<double> chamber_;
};

// A figure with its unit, or "–" where it is unknown.
[[nodiscard]] std::string figure(const std::optional<double>& value, const char* unit,
                                 int decimals = 1);

class StatusLine final : public control::RunObserver {
 public:
  // `spec` must outlive this. `out` is written to and not closed.
  StatusLine(const RunSpec& spec, Nanos planned, std::FILE* out, bool terminal);
  ~StatusLine() override;

  void on_stage(control::Stage stage, const PhaseSpec& phase,
                const control::PhaseProgress& progress) override;
  void on_rows(const std::string& board, const SourceInfo& source, const Batch& batch) override;
  void on_event(const Event& event) override;
  void on_tick(Nanos now, const control::PhaseMachine& machine) override;

  // The line without colour or escapes.
  [[nodiscard]] std::string describe(Nanos now, const control::PhaseMachine& machine) const;

 private:
  void log(Nanos t, const std::string& text);
  void clear_line();

  const RunSpec& spec_;
  Nanos planned_;
  std::FILE* out_;
  bool terminal_, drawn_ = false;
  LiveFigures figures_;
  std::string last_event_;
  Nanos last_draw_ = 0;
};

}  // namespace soakrig::app
