// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/bench.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <set>

#include "rig/virtual/board_tree.hpp"
#include "rig/virtual/device_rack.hpp"
#include "rig/virtual/lift_watcher.hpp"
#include "rig/virtual/load_estimator.hpp"
#include "rig/virtual/ready_file.hpp"
#include "rig/virtual/workload_watch.hpp"

namespace soakrig::virtual_bench {
namespace {

constexpr Nanos kTick = 50 * kMillisecond;      // model, files, quota
constexpr Nanos kMeasure = 100 * kMillisecond;  // CPU time
constexpr Nanos kRefresh = 200 * kMillisecond;  // who runs
constexpr double kMaxStep = 1.0;                // s; a suspend does not become an hour of heating
constexpr double kSettledAge = 2.0;             // s a workload must be old to be told to fail

// +-0.03 K, so that a live sensor is never constant. Deterministic.
class SensorNoise {
 public:
  double next() {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return (static_cast<double>(state_ >> 40) / static_cast<double>(1u << 24) - 0.5) * 0.06;
  }

 private:
  std::uint64_t state_ = 1;
};

// A board whose supply is cut: it draws nothing and cools.
ThermalParameters unpowered(ThermalParameters model) {
  model.idle_power = model.load_power = model.leakage_power = 0.0;
  return model;
}

// The part that acts on the workloads: measures their CPU time and slows them, never without a
// watcher that would undo it.
class LoadControl {
 public:
  LoadControl(const BenchOptions& options, std::unique_ptr<Throttle> throttle, LiftWatcher watcher)
      : watch_(options.tree),
        estimator_(options.cores),
        throttle_(std::move(throttle)),
        watcher_(std::move(watcher)) {
    told_ = watcher_.tell({}, throttle_->group());
  }

  // Utilisation of the board over the last interval.
  double measure(Nanos now) {
    if (now - refreshed_ >= kRefresh) {
      refreshed_ = now;
      if (watch_.refresh()) adopt();
      if (generation_ != watch_.generation()) {
        generation_ = watch_.generation();
        estimator_.reset();
      }
      guard();
    }
    if (now - measured_ >= kMeasure) {
      const CpuTimes spent = watch_.take();
      load_ = estimator_.update(to_seconds(now - measured_), spent.ran, spent.waited, ratio_);
      measured_ = now;
    }
    return load_.utilisation;
  }

  void slow_to(double ratio) {
    ratio_ = told_ ? ratio : 1.0;
    throttle_->set(ratio_, load_.cores);
  }
  // The board has lost its supply: whatever ran on it is gone at once.
  void cut() {
    for (const ProcessId& engine : watch_.engines()) signal_process(engine, SIGKILL);
  }
  Nanos tick(Nanos now) { return throttle_->tick(now); }
  [[nodiscard]] const WorkloadWatch& watch() const { return watch_; }
  [[nodiscard]] std::string_view kind() const { return throttle_->kind(); }

 private:
  void adopt() {
    // Told first: there is no moment at which something is slowed that nobody would release.
    told_ = watcher_.tell(watch_.engines(), throttle_->group());
    throttle_->govern(told_ ? watch_.engines() : std::vector<ProcessId>{});
  }
  // A watcher that was killed is replaced; until there is one nothing is slowed.
  void guard() {
    if (watcher_.alive() && told_) return;
    throttle_->set(1.0, load_.cores);
    auto fresh = LiftWatcher::start();
    if (!fresh) {
      told_ = false;
      return;
    }
    watcher_ = std::move(*fresh);
    adopt();
  }

  WorkloadWatch watch_;
  LoadEstimator estimator_;
  std::unique_ptr<Throttle> throttle_;
  LiftWatcher watcher_;  // goes before the throttle: by then it has nothing left to undo
  LoadEstimator::Load load_;
  double ratio_ = 1.0;
  bool told_ = false;
  Nanos refreshed_ = 0, measured_ = 0;
  std::uint64_t generation_ = 0;
};

class Bench {
 public:
  struct Parts {
    BoardTree tree;
    std::unique_ptr<DeviceRack> devices;
    LoadControl load;
  };
  Bench(const BenchOptions& options, Parts parts, const Clock& clock)
      : options_(options),
        clock_(clock),
        tree_(std::move(parts.tree)),
        devices_(std::move(parts.devices)),
        load_(std::move(parts.load)),
        board_(initial_state(options.thermal, options.chamber.room, true)),
        start_(clock.boot_ns()),
        last_(start_) {
    show(start_);  // the tree is whole before anybody is told that it is there
  }

  [[nodiscard]] BenchInfo info() const {
    BenchInfo info{this_process(), tree_.root(), {}, {}, {}, {}};
    devices_->describe(info);
    return info;
  }
  [[nodiscard]] std::string_view throttle() const { return load_.kind(); }

  // Until `signals` or, where asked, the end of stdin says so.
  void run(int signals) {
    for (;;) {
      const Nanos now = clock_.boot_ns();
      if (now - last_ >= kTick || now == start_) tick(now);
      Nanos wake = last_ + kTick;
      for (const Nanos due : {load_.tick(clock_.boot_ns()), devices_->tick(clock_.boot_ns())}) {
        if (due > 0) wake = std::min(wake, due);
      }
      std::vector<pollfd> waiting = {{signals, POLLIN, 0}};
      if (options_.die_with_stdin) waiting.push_back({STDIN_FILENO, POLLIN, 0});
      devices_->add_to(waiting);
      const Nanos left = std::max<Nanos>(0, wake - clock_.boot_ns());
      const timespec timeout{left / kSecond, left % kSecond};
      if (::ppoll(waiting.data(), waiting.size(), &timeout, nullptr) <= 0) continue;
      if (waiting[0].revents != 0) return;
      if (options_.die_with_stdin && waiting[1].revents != 0 && stdin_ended()) return;
      devices_->handle(waiting);
    }
  }

 private:
  static bool stdin_ended() {
    std::array<char, 256> ignored{};
    const ssize_t n = ::read(STDIN_FILENO, ignored.data(), ignored.size());
    return n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN);
  }

  void tick(Nanos now) {
    apply_faults(now);
    const double utilisation = load_.measure(now);
    const double dt = std::min(kMaxStep, to_seconds(now - last_)) * options_.speedup;
    last_ = now;
    if (!devices_->powered()) load_.cut();
    const ThermalParameters& model = devices_->powered() ? options_.thermal : dark_;
    board_ = step(model, board_, devices_->air(), utilisation, dt);
    devices_->step(board_.power, dt);
    load_.slow_to(speed_ratio(options_.thermal, board_));
    show(now);
  }

  void show(Nanos now) {
    tree_.update({board_.die + noise_.next(), board_.cooling, board_.power, to_seconds(now)});
  }

  void apply_faults(Nanos now) {
    const Nanos since = now - start_;
    const auto on = [&](FaultKind kind, const std::string& target) {
      return std::ranges::any_of(options_.faults, [&](const Fault& fault) {
        return fault.kind == kind && fault.target == target && fault.active(since);
      });
    };
    for (const Fault& fault : options_.faults) {
      switch (fault.kind) {
        case FaultKind::freeze:
          tree_.freeze(fault.target, on(fault.kind, fault.target));
          break;
        case FaultKind::vanish:
          tree_.vanish(fault.target, on(fault.kind, fault.target));
          break;
        case FaultKind::crash:
          tell_workload(fault, SIGUSR1, since, now);
          break;
        case FaultKind::hang:
          tell_workload(fault, SIGUSR2, since, now);
          break;
        default:
          break;  // the devices'
      }
    }
    if (auto done = devices_->apply_faults(options_.faults, since); !done && !fault_told_) {
      fault_told_ = true;
      std::fprintf(stderr, "soakrig: %s\n", done.error().message().c_str());
    }
  }

  // Once, as soon as the workload is there and old enough to listen.
  void tell_workload(const Fault& fault, int signal, Nanos since, Nanos now) {
    if (since < fault.at || done_.contains(&fault)) return;
    const ProcessId* workload = load_.watch().find(fault.target);
    if (workload == nullptr) return;
    const double started =
        static_cast<double>(workload->start_time) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    if (to_seconds(now) - started < kSettledAge) return;
    if (signal_process(*workload, signal)) done_.insert(&fault);
  }

  const BenchOptions& options_;
  const Clock& clock_;
  BoardTree tree_;
  std::unique_ptr<DeviceRack> devices_;
  LoadControl load_;
  ThermalState board_;
  SensorNoise noise_;
  std::set<const Fault*> done_;
  const ThermalParameters dark_ = unpowered(options_.thermal);
  bool fault_told_ = false;
  Nanos start_, last_;
};

Result<Fd> signal_fd() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  if (::sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return sys_error("cannot block signals");
  ::signal(SIGPIPE, SIG_IGN);
  Fd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return sys_error("cannot watch signals");
  return fd;
}

}  // namespace

Result<void> serve(const BenchOptions& options, const Clock& clock) {
  auto watcher = LiftWatcher::start();
  if (!watcher) return watcher.error();
  const auto signals = signal_fd();
  if (!signals) return signals.error();
  auto throttle = make_throttle(options.throttle, this_process());
  if (!throttle) return throttle.error();
  auto tree = BoardTree::create(options.tree, options.thermal, options.cores);
  if (!tree) return tree.error();
  auto devices = DeviceRack::create(options, tree->root());
  if (!devices) return devices.error();
  LoadControl load(options, std::move(*throttle), std::move(*watcher));
  Bench bench(options, {std::move(*tree), std::move(*devices), std::move(load)}, clock);
  const BenchInfo info = bench.info();
  if (auto ready = write_ready_file(options.ready_file, info); !ready) return ready.error();
  std::printf("virtual bench: board %s, chamber %s, meter %s, relay %s, throttle by %.*s\n",
              info.tree.c_str(), info.chamber->c_str(), info.meter->c_str(), info.relay->c_str(),
              static_cast<int>(bench.throttle().size()), bench.throttle().data());
  std::fflush(stdout);
  bench.run(signals->get());
  ::unlink(options.ready_file.c_str());
  return {};
}

}  // namespace soakrig::virtual_bench
