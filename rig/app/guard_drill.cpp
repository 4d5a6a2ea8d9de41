// SPDX-License-Identifier: Apache-2.0
#include "rig/app/guard_drill.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <functional>

#include "rig/app/complain.hpp"
#include "rig/app/guard_setup.hpp"
#include "rig/app/run_setup.hpp"

namespace soakrig::app {
namespace {

constexpr double kAway = 3.0;               // K from the safe set-point
constexpr Nanos kReadyWithin = 40 * kSecond;
constexpr Nanos kReactWithin = 30 * kSecond;
constexpr auto kLook = std::chrono::milliseconds(50);

enum class Drill { lost, trip };

// --- the controller of the rehearsal, in a process of its own --------------------------------------

bool spin(boost::asio::io_context& io, control::GuardLink& guard, const Clock& clock, Nanos most,
          const std::function<bool()>& done) {
  for (const Nanos end = clock.boot_ns() + most; clock.boot_ns() < end;) {
    guard.tick();
    io.restart();
    io.run_for(kLook);
    if (done()) return true;
  }
  return false;
}

// Says "r" on `ready` once chamber and guard are as in a run. Then it waits to be killed, or trips.
int play_controller(const RunSpec& spec, const std::string& run, Drill drill, int ready) {
  const SystemClock clock;
  auto setup = set_up_run(spec, run, clock);
  if (!setup) return complain(setup.error(), 2);
  control::EngineParts& parts = setup->parts;
  boost::asio::io_context io;
  bool lost = false;
  control::GuardLink guard(io, std::move(*parts.guard), clock,
                           {.on_lost = [&lost](const std::string&) { lost = true; },
                            .on_report = [](const std::string&) {}});
  if (auto started = guard.start(); !started) return complain(started.error(), 2);
  if (!spin(io, guard, clock, kReadyWithin, [&] { return guard.armed() || lost; }) || lost) {
    return complain({Errc::timeout, "the guard was not armed"}, 2);
  }
  std::optional<Result<void>> set;
  parts.chamber->conditioning(true, [](const Result<void>&) {});
  parts.chamber->set_temperature(drill_set_point(*spec.chamber), std::nullopt, [&](Result<void> r) {
    boost::asio::post(io, [&set, r] { set = r; });
  });
  if (!spin(io, guard, clock, kReadyWithin, [&] { return set.has_value(); }) || !*set) {
    return complain(set ? set->error() : Error{Errc::timeout, "the chamber does not answer"}, 2);
  }
  if (::write(ready, "r", 1) != 1) return 2;
  if (drill == Drill::lost) {
    spin(io, guard, clock, kReadyWithin + kReactWithin, [] { return false; });
    return 2;  // nobody killed it
  }
  parts.chamber.reset();
  parts.instruments.clear();
  guard.hand_over("a rehearsal of a trip");
  return spin(io, guard, clock, kReactWithin, [&] { return guard.made_safe(); }) ? 0 : 2;
}

// --- the one who watches it ------------------------------------------------------------------------

class Rehearsal {
 public:
  Rehearsal(const RunSpec& spec, const guard::Files& files, const Clock& clock, Drill drill)
      : files_(files), clock_(clock), drill_(drill),
        run_("drill-" + std::to_string(::getpid()) + (drill == Drill::lost ? "-lost" : "-trip")) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    ready_ = Fd(ends[0]);
    Fd says(ends[1]);
    child_ = ::fork();
    if (child_ == 0) ::_exit(play_controller(spec, run_, drill, says.get()));
  }
  Rehearsal(const Rehearsal&) = delete;
  Rehearsal& operator=(const Rehearsal&) = delete;
  ~Rehearsal() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  // How long the reaction took.
  Result<Nanos> watch() {
    if (child_ <= 0) return sys_error("cannot start the rehearsal");
    pollfd wait{ready_.get(), POLLIN, 0};
    char said = 0;
    if (::poll(&wait, 1, static_cast<int>(2 * kReadyWithin / kMillisecond)) != 1 ||
        ::read(ready_.get(), &said, 1) != 1) {
      return Error{Errc::io, "the rehearsal could not begin", "see the line above"};
    }
    const Nanos begin = clock_.boot_ns();
    if (drill_ == Drill::lost) ::kill(child_, SIGKILL);
    const auto stage = drill_ == Drill::lost ? guard::Stage::lost : guard::Stage::tripped;
    while (clock_.boot_ns() - begin < kReactWithin) {
      const auto state = files_.state(run_);
      if (state && state->stage == stage && state->safe) return finish(*state, begin);
      ::poll(nullptr, 0, static_cast<int>(kLook.count()));
    }
    return Error{Errc::timeout, "the chamber was not safe within " + format_duration(kReactWithin),
                 "see soakrig guard status; do not leave this chamber alone"};
  }

 private:
  // What was rehearsed need not be cleared by hand.
  Nanos finish(const guard::GuardState& state, Nanos begin) {
    const Nanos took = clock_.boot_ns() - begin;
    for (const auto& step : state.steps) std::printf("  done %s\n", step.name.c_str());
    files_.remove(run_);
    signal_process(state.guard, SIGTERM);
    while (is_alive(state.guard)) ::poll(nullptr, 0, static_cast<int>(kLook.count()));
    return took;
  }

  const guard::Files& files_;
  const Clock& clock_;
  const Drill drill_;
  const std::string run_;
  Fd ready_;
  pid_t child_ = -1;
};

}  // namespace

double drill_set_point(const ChamberSpec& chamber) {
  const double safe = safe_temperature(chamber);
  const bool up = !chamber.high || safe + kAway <= *chamber.high;
  if (up) return safe + kAway;
  return chamber.low ? std::max(*chamber.low, safe - kAway) : safe - kAway;
}

Result<void> drill_guard(const RunSpec& spec, const guard::Files& files, const Clock& clock) {
  if (!spec.chamber) {
    return Error{Errc::unsupported, "the profile has no [chamber], so there is nothing to rehearse"};
  }
  if (spec.chamber->connect == "virtual") {
    return Error{Errc::unsupported,
                 "the profile's virtual chamber is there only while its run is",
                 "start soakrig virtual serve and name its ready file: connect = \"virtual:FILE\""};
  }
  for (const Drill drill : {Drill::lost, Drill::trip}) {
    std::printf("%s: the set-point goes to %.1f Cel, and then the run %s\n",
                drill == Drill::lost ? "controller lost" : "trip", drill_set_point(*spec.chamber),
                drill == Drill::lost ? "is killed" : "trips");
    std::fflush(stdout);
    const auto took = Rehearsal(spec, files, clock, drill).watch();
    if (!took) return took.error();
    std::printf("  safe after %s, everything read back\n", format_duration(*took).c_str());
  }
  return {};
}

}  // namespace soakrig::app
