// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/guard/guard.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <optional>

#include "rig/base/json_guard.hpp"
#include "rig/base/line_buffer.hpp"
#include "rig/instruments/guard/board_commands.hpp"
#include "rig/instruments/guard/reaction.hpp"
#include "rig/instruments/guard/watchdog.hpp"

namespace soakrig::guard {
namespace {

using nlohmann::json;

constexpr Nanos kLook = 100 * kMillisecond;
constexpr Nanos kBeat = kSecond;
constexpr Nanos kRetry = 200 * kMillisecond;       // between two rounds of a reaction
constexpr Nanos kHold = kSecond;                   // between two looks once all holds
constexpr Nanos kHandOver = 3 * kSecond;           // a tripped controller's time to leave the bus
// So long a trip cuts no power while the load is not known to be off; its steps have a patience too.
constexpr Nanos kInOrder = 3 * kSecond;
constexpr Nanos kSettle = 5 * kSecond;  // a write that timed out may still happen for so long

json steps_json(const std::vector<StepState>& steps) {
  json out = json::array();
  for (const StepState& s : steps) {
    out.push_back({{"name", s.name}, {"held", s.held}, {"error", s.error}});
  }
  return out;
}

}  // namespace

Result<Fd> guard_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) sigaddset(&set, number);
  if (::sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return sys_error("cannot block signals");
  ::signal(SIGPIPE, SIG_IGN);
  Fd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return sys_error("cannot watch signals");
  return fd;
}

struct Guard::Impl {
  Impl(Files f, GuardPlan p, Fd l, const Clock& c, int input, int output, int signal_fd)
      : files(std::move(f)), plan(std::move(p)), lock(std::move(l)), clock(c), in(input),
        out(output), signals(signal_fd), reaction(plan, clock),
        load("load off", plan.load_off, clock), power("power off", plan.power_off, clock) {
    state.guard = this_process();
  }

  // --- talking -----------------------------------------------------------------------------------

  void say(const json& what) {
    if (out < 0) return;
    const std::string line = dump_json(what) + "\n";
    // A controller that does not read, or is no more, misses it.
    if (::write(out, line.data(), line.size()) < 0) errno = 0;
  }

  void beat() {
    const Nanos now = clock.boot_ns();
    if (now < next_beat) return;
    next_beat = now + kBeat;
    say({{"beat", ++beats}});
  }

  // Durable before it is told.
  void save() {
    if (auto saved = files.save(plan.run, state); !saved) {
      say({{"error", saved.error().message()}});  // the chamber matters more than the note
    }
    say({{"stage", std::string(to_string(state.stage))},
         {"reason", state.reason},
         {"safe", state.safe},
         {"load_stopped", state.load_stopped},
         {"steps", steps_json(state.steps)}});
  }

  void enter(Stage stage, const std::string& reason) {
    state.stage = stage;
    state.reason = reason;
    state.since = format_rfc3339(clock.utc_ns());
    state.safe = false;
    state.steps.clear();
    save();
  }

  // --- waiting -----------------------------------------------------------------------------------

  void pause(Nanos time, bool listen) {
    std::array<pollfd, 1> wait = {pollfd{listen && open ? in : -1, POLLIN, 0}};
    ::poll(wait.data(), wait.size(), static_cast<int>(time / kMillisecond));
  }

  // Everything that the controller has written by now.
  void hear(Watchdog& watchdog) {
    std::array<char, 4096> buffer{};
    while (open) {
      pollfd ready{in, POLLIN, 0};
      if (::poll(&ready, 1, 0) <= 0) return;
      const ssize_t n = ::read(in, buffer.data(), buffer.size());
      if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
      if (n <= 0) {
        open = false;
        watchdog.closed();
        return;
      }
      lines.append({buffer.data(), static_cast<std::size_t>(n)});
      while (const auto line = lines.next()) watchdog.hear(*line);
    }
  }

  [[nodiscard]] bool asked_to_go() {
    signalfd_siginfo info{};
    bool asked = false;
    while (signals >= 0 && ::read(signals, &info, sizeof info) == sizeof info) {
      asked = asked || info.ssi_signo == SIGTERM;
    }
    return asked;
  }

  [[nodiscard]] bool nothing_left() const { return plan.bench && !is_alive(*plan.bench); }

  // --- armed -------------------------------------------------------------------------------------

  Result<void> run() {
    state.since = format_rfc3339(clock.utc_ns());
    if (auto saved = files.save(plan.run, state); !saved) return saved;
    say({{"armed", true}});
    Watchdog watchdog(plan.silence, 2 * kLook, clock.boot_ns());
    for (;;) {
      hear(watchdog);
      switch (watchdog.look(clock.boot_ns())) {
        case Watchdog::Verdict::well:
          break;
        case Watchdog::Verdict::stand_down:
          files.remove(plan.run);
          return {};
        case Watchdog::Verdict::lost:
          return lost(watchdog.reason());
        case Watchdog::Verdict::trip:
          return trip(watchdog.reason());
      }
      static_cast<void>(asked_to_go());  // not while it is armed
      beat();
      pause(kLook, true);
    }
  }

  // --- taking over -------------------------------------------------------------------------------

  // Ends the controller, which may be frozen, and waits for its buses. `patience`: its time to
  // leave by itself. False when there is nothing left to guard.
  bool take_over(Nanos patience) {
    const auto wanted = endpoints(plan);
    const Nanos mercy = clock.boot_ns() + patience;
    while (buses.size() < wanted.size()) {
      if (nothing_left()) return false;
      if (clock.boot_ns() >= mercy) signal_process(plan.controller, SIGKILL);
      if (auto held = files.lock_bus(wanted[buses.size()])) {
        buses.push_back(std::move(*held));
        continue;
      }
      if (state.stage == Stage::tripped) boards_off();
      beat();
      pause(kLook / 5, false);
    }
    return true;
  }

  // The state as it is now; written when it changed.
  void note(bool safe, std::vector<StepState> steps) {
    if (safe == state.safe && steps == state.steps) return;
    state.safe = safe;
    state.steps = std::move(steps);
    save();
  }

  // --- controller lost ---------------------------------------------------------------------------

  Result<void> lost(const std::string& reason) {
    enter(Stage::lost, reason);
    signal_process(plan.controller, SIGKILL);
    if (!take_over(0)) return end_of_bench();
    const Nanos since = clock.boot_ns();
    Nanos seen = since;  // when the chamber was last read
    for (;;) {
      if (nothing_left()) return end_of_bench();
      if (cleared()) return {};
      const bool held = reaction.round(plan.lost);
      note(held, with_boards(reaction.states()));
      const Nanos now = clock.boot_ns();
      if (plan.watch) {
        if (const auto why = look_at_chamber(now, seen)) return trip(*why);
      }
      if (now - since >= plan.grace && !state.load_stopped && load.attend()) {
        state.load_stopped = true;
        save();
      }
      // Whoever resumes the run goes on from a chamber that is known to be safe.
      if (held && asked_to_go()) return {};
      beat();
      pause(held ? kHold : kRetry, false);
    }
  }

  std::optional<std::string> look_at_chamber(Nanos now, Nanos& seen) {
    const auto value = reaction.watched();
    if (!value) {
      if (now - seen <= plan.blind) return std::nullopt;
      return "the chamber has not been readable for " + format_duration(now - seen) + ": " +
             value.error().message();
    }
    seen = now;
    const bool beyond = (plan.watch->low && *value < *plan.watch->low) ||
                        (plan.watch->high && *value > *plan.watch->high);
    if (!beyond) return std::nullopt;
    return plan.watch->point.name + " reads " + std::to_string(*value) + ", beyond its limit";
  }

  // --- trip --------------------------------------------------------------------------------------

  Result<void> trip(const std::string& reason) {
    enter(Stage::tripped, reason);
    tripped_at = clock.boot_ns();
    boards_off();
    if (!take_over(kHandOver)) return end_of_bench();
    Nanos all_since = clock.boot_ns();  // everything holds since then
    for (;;) {
      if (nothing_left()) return end_of_bench();
      if (cleared()) return {};
      const bool held = reaction.round(plan.trip, boards_off());
      note(held, with_boards(reaction.states()));
      const Nanos now = clock.boot_ns();
      if (!held) all_since = now;
      if (now - all_since >= kSettle) return {};  // latched on disk
      beat();
      pause(held ? kHold : kRetry, false);
    }
  }

  // Load first, then power; true once both are off.
  bool boards_off() {
    for (const BoardCommand& each : plan.load_off) {
      if (has_no_power(each.board)) load.settle(each.board);
    }
    const bool off = load.attend();
    state.load_stopped = off;
    const bool due = off || clock.boot_ns() - tripped_at >= kInOrder;
    return due && power.attend() && off;
  }

  // A board that hangs does not stop its load when told to, and has none once it is cut off.
  [[nodiscard]] bool has_no_power(const std::string& board) const {
    const std::string relay = power_step_name(board);
    return power.done(board) || std::ranges::any_of(reaction.states(), [&](const StepState& s) {
             return s.held && s.name == relay;
           });
  }

  // A person has taken the files away.
  [[nodiscard]] bool cleared() const { return ::access(files.plan_path(plan.run).c_str(), F_OK) != 0; }

  [[nodiscard]] std::vector<StepState> with_boards(const std::vector<StepState>& steps) const {
    if (state.stage != Stage::tripped) return steps;
    std::vector<StepState> all = load.states();
    const std::vector<StepState> cuts = power.states();
    all.insert(all.end(), cuts.begin(), cuts.end());
    all.insert(all.end(), steps.begin(), steps.end());
    return all;
  }

  // The devices were simulated by a process that is gone: nothing is hot and nothing is left.
  Result<void> end_of_bench() {
    files.remove(plan.run);
    const auto held = endpoints(plan);
    for (std::size_t i = 0; i < buses.size(); ++i) files.forget_bus(held[i]);
    say({{"stage", "gone"}, {"reason", "the virtual bench is gone"}});
    return {};
  }

  Result<void> recover() {
    const auto before = files.state(plan.run);
    if (!before) return before.error();
    if (nothing_left()) return end_of_bench();
    if (before->stage == Stage::tripped && before->safe) return {};
    if (is_alive(plan.controller)) {
      return Error{Errc::busy, "the run goes on: its controller ends it safely by itself",
                   "see soakrig status"};
    }
    if (before->stage == Stage::tripped) return trip(before->reason);
    return lost(before->stage == Stage::lost ? before->reason
                                             : "controller and guard were both gone");
  }

  const Files files;
  const GuardPlan plan;
  const Fd lock;
  const Clock& clock;
  const int in, out, signals;
  Reaction reaction;
  BoardCommands load, power;
  GuardState state;
  std::vector<Fd> buses;  // locks, in the order of endpoints(plan)
  LineBuffer lines{4096};
  bool open = true;  // `in` is
  std::int64_t beats = 0;
  Nanos next_beat = 0, tripped_at = 0;
};

Guard::Guard(Files files, GuardPlan plan, Fd lock, const Clock& clock, int in, int out, int signals)
    : impl_(std::make_unique<Impl>(std::move(files), std::move(plan), std::move(lock), clock, in,
                                   out, signals)) {}
Guard::~Guard() = default;

Result<void> Guard::run() { return impl_->run(); }
Result<void> Guard::recover() { return impl_->recover(); }

}  // namespace soakrig::guard
