// SPDX-License-Identifier: Apache-2.0
//
// Judges runs that have no judgement stored: those that go on, and those whose controller died. That
// is a pass over their samples, which may take many seconds of a long run, so it has a thread of its
// own with a low priority: views stay fluid meanwhile. Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "results/analysis/judgement.hpp"
#include "rig/base/result.hpp"

namespace soakrig::dashboard {

// A judgement without a verdict of the run as it stands. Errc::cancelled once `cancelled` says so:
// channels are then empty from one to the next, so that it soon ends. Errc::unsupported for a run
// whose fastest channel has more than kMostJudgedRows rows: the analysis holds a whole channel, and
// the dashboard's memory is bounded whatever the run's length.
[[nodiscard]] Result<analysis::Judgement> judge_now(const std::string& path,
                                                    const std::function<bool()>& cancelled);
inline constexpr std::uint64_t kMostJudgedRows = 6'000'000;  // a week at 10 Hz, 100 MB

class BackgroundJudge {
 public:
  struct Done {
    std::string path;
    Result<analysis::Judgement> judgement;
    Nanos took = 0;
  };

  BackgroundJudge() = default;
  ~BackgroundJudge();  // gives up what is under way
  BackgroundJudge(const BackgroundJudge&) = delete;
  BackgroundJudge& operator=(const BackgroundJudge&) = delete;

  // False while it has another one under way, or one that was not taken yet.
  bool ask(const std::string& path);
  // What is done, once.
  [[nodiscard]] std::optional<Done> take();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::string> wanted_;
  std::optional<Done> done_;
  bool busy_ = false;
  std::atomic<bool> ending_{false};
  std::thread thread_;  // started by the first question
};

}  // namespace soakrig::dashboard
