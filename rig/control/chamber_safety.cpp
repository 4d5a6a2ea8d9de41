// SPDX-License-Identifier: Apache-2.0
#include "rig/control/chamber_safety.hpp"

#include <utility>

namespace soakrig::control {

namespace {

constexpr Nanos kSafeWithin = 10 * kSecond;
constexpr Nanos kMadeSafeWithin = 20 * kSecond;  // by the guard, while the run still looks on

}  // namespace

ChamberSafety::ChamberSafety(boost::asio::io_context& io,
                             std::unique_ptr<instruments::Chamber> chamber,
                             std::optional<GuardParts> guard, const RunSpec& spec,
                             const Clock& clock, Nanos run_start, Hooks hooks)
    : io_(io),
      chamber_(std::move(chamber)),
      guard_parts_(std::move(guard)),
      spec_(spec),
      clock_(clock),
      run_start_(run_start),
      hooks_(std::move(hooks)) {}

void ChamberSafety::arm() {
  if (!guard_parts_) {
    if (chamber_ && !chamber_->is_virtual()) {
      hooks_.fault("refusing to heat a chamber that is not virtual: no guard watches over it");
    }
    return;
  }
  const auto& envelope = spec_.chamber;
  watch_.emplace(
      envelope && envelope->low ? std::optional(*envelope->low - kOvershoot) : std::nullopt,
      envelope && envelope->high ? std::optional(*envelope->high + kOvershoot) : std::nullopt,
      guard_parts_->plan.blind);
  guard_ = std::make_unique<GuardLink>(
      io_, std::move(*guard_parts_), clock_,
      GuardLink::Hooks{.on_lost = hooks_.fault, .on_report = [this](const std::string& body) {
                         hooks_.event(
                             {now(), "", std::string(kGuardEvent), Severity::alarm, body});
                       }});
  if (auto started = guard_->start(); !started) {
    hooks_.fault("no guard, no heat: " + started.error().message());
  }
}

void ChamberSafety::take_up() {
  if (!chamber_) return;
  control_ = std::make_unique<ChamberControl>(io_, *chamber_, spec_,
                                              ChamberControl::Hooks{hooks_.event, hooks_.fault});
}

void ChamberSafety::tick() {
  if (guard_) guard_->tick();
}

void ChamberSafety::look(Nanos now, std::optional<double> air) {
  if (!watch_ || !guarded()) return;
  if (const auto why = watch_->look(now, air)) {
    hooks_.trip(*why);
    hooks_.fault(*why);
  }
}

void ChamberSafety::leave(bool tripped, const std::string& why, Nanos now) {
  tripped_ = tripped;
  if (!chamber_) return;
  if (tripped && guard_) return hand_over(why);
  safe_pending_ = control_->go_safe([this](const Result<void>& done) { safe_done(done); });
  safe_by_ = now + kSafeWithin;
}

void ChamberSafety::safe_done(const Result<void>& done) {
  safe_pending_ = false;
  if (!guard_) {
    if (tripped_) control_->off();
  } else if (done) {
    guard_->stand_down();
  } else {
    hand_over("the safe set-point was not confirmed: " + done.error().message());
  }
}

// From here on the chamber is the guard's alone.
void ChamberSafety::hand_over(const std::string& why) {
  safe_pending_ = false;
  made_safe_by_ = now() + kMadeSafeWithin;
  hooks_.let_go();
  control_.reset();  // if its own timer runs, that ends in off: so be it
  chamber_.reset();
  guard_->hand_over(why);
}

// The guard has gone, or has the chamber and has shown what it can do.
bool ChamberSafety::guard_done(Nanos now) const {
  if (!guard_) return true;
  return made_safe_by_ > 0 ? guard_->made_safe() || now >= made_safe_by_ : guard_->ended();
}

bool ChamberSafety::left(Nanos now) {
  if (safe_pending_ && now >= safe_by_ && guard_) hand_over("the safe set-point took too long");
  return (!safe_pending_ || now >= safe_by_) &&
         (!control_ || !control_->busy() || now >= safe_by_) && guard_done(now);
}

}  // namespace soakrig::control
