// SPDX-License-Identifier: Apache-2.0
//
// The throttle that is used unless a quota is asked for: the processes run for a share of each short
// period and are stopped for the rest. Needs no privilege, and is proportional to whatever the host
// gives, so the core count is not needed.
#include <signal.h>

#include <algorithm>

#include "rig/virtual/throttle.hpp"

namespace soakrig::virtual_bench {
namespace {

class StopThrottle final : public Throttle {
 public:
  StopThrottle() = default;
  ~StopThrottle() override { resume(); }
  StopThrottle(const StopThrottle&) = delete;
  StopThrottle& operator=(const StopThrottle&) = delete;

  void govern(const std::vector<ProcessId>& processes) override {
    if (stopped_) resume();
    governed_ = processes;
  }
  void set(double ratio, double) override {
    ratio_ = std::clamp(ratio, 0.02, 1.0);
    if (ratio_ >= 1.0 && stopped_) resume();
  }
  Nanos tick(Nanos now) override {
    if (ratio_ >= 1.0 || governed_.empty()) {
      next_ = 0;
      return 0;
    }
    if (now < next_) return next_;
    const auto running = static_cast<Nanos>(static_cast<double>(kThrottlePeriod) * ratio_);
    if (stopped_) {
      resume();
      next_ = now + running;
    } else {
      stop();
      next_ = now + kThrottlePeriod - running;
    }
    return next_;
  }
  void lift() override {
    ratio_ = 1.0;
    resume();
    governed_.clear();
  }
  std::string_view kind() const override { return "stop"; }

 private:
  void stop() {
    stopped_ = true;  // before the signals: whoever looks must know that some may be stopped
    for (const ProcessId& id : governed_) signal_process(id, SIGSTOP);
  }
  void resume() {
    for (const ProcessId& id : governed_) signal_process(id, SIGCONT);
    stopped_ = false;
  }

  std::vector<ProcessId> governed_;
  double ratio_ = 1.0;
  Nanos next_ = 0;
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<Throttle> make_stop_throttle() { return std::make_unique<StopThrottle>(); }

}  // namespace soakrig::virtual_bench
