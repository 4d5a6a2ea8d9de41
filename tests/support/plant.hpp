// SPDX-License-Identifier: Apache-2.0
//
// A board and its load, made up sample by sample and always the same: what the analysis' tests
// judge. Time is simulated; a month takes milliseconds. Not thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "results/analysis/run_view.hpp"

namespace soakrig::test {

// Anything that varies over run time, in seconds.
using OverTime = std::function<double(double t_s)>;

[[nodiscard]] OverTime constant(double value);
// `high` inside [from, to), else `low`.
[[nodiscard]] OverTime pulse(double from_s, double to_s, double high, double low = 0);

// A cyclic LLM-like load: prompt, answer, pause. Speeds in tokens/s at factor 1.
struct Load {
  double prompt_tokens = 32, prompt_speed = 160;  // 0.2 s of prefill
  double answer_tokens = 40, answer_speed = 20;   // 2 s of decode
  double slowdown = 0;       // decode speed lost from a cycle's first to its last token: 0.3 = 30 %
  double pause_s = 0;        // idle after each cycle
  int burst = 0;             // cycles in a burst; 0 = no bursts
  double burst_pause_s = 0;  // idle after each burst
  double report_s = 0.5;     // totals at least this often, and at each cycle's end
  bool own_busy = true;      // tells busy time per kind of work
  std::vector<double> answers;  // if set, answer lengths cycle through these
};

class Plant {
 public:
  explicit Plant(std::string board = "pi");

  // A regular channel sampled from a function.
  Plant& channel(const std::string& name, const std::string& unit, const OverTime& value,
                 double from_s, double to_s, double period_s = 1);
  // A channel from its samples; period 0 = irregular.
  Plant& samples(const std::string& name, const std::string& unit, analysis::Series series,
                 double period_s = 1);
  // A channel that was announced but never readable.
  Plant& unreadable(const std::string& name, const std::string& unit, const std::string& reason);
  // Takes the samples in [from, to) of a channel away.
  Plant& cut(const std::string& name, double from_s, double to_s);
  // Runs the load from `from` to `to` at speed factor(t); a new instance at each call.
  Plant& work(const std::string& name, const Load& load, double from_s, double to_s,
              const OverTime& factor = constant(1));
  // soc.temperature, cpu.frequency, cpu.steal, a silent thermal limiter and board.power.
  Plant& sensors(double to_s);

  [[nodiscard]] analysis::BoardView board() const;

 private:
  struct Channel {
    std::string unit, reason;
    Nanos period = 0;
    std::shared_ptr<analysis::Series> series;
  };
  Channel& at(const std::string& name, const std::string& unit);
  void row(const std::string& work, Nanos t, const std::map<std::string, double>& values);

  std::string name_;
  std::map<std::string, Channel> channels_;
  std::map<std::string, int> instances_;
};

// A run that ended in order, of phases that run one workload "chat" one after the other, each with
// a dwell that fills it. Rules are the defaults.
[[nodiscard]] analysis::RunView make_run(const std::vector<analysis::BoardView>& boards,
                                         const std::vector<std::pair<std::string, double>>& phases,
                                         const std::vector<std::string>& work = {"chat"});

[[nodiscard]] Event make_event(double t_s, const std::string& board, std::string_view kind,
                               const std::string& body);

}  // namespace soakrig::test
