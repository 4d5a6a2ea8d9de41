// SPDX-License-Identifier: Apache-2.0
#include "rig/control/chamber_control.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "rig/base/json_guard.hpp"

namespace soakrig::control {
namespace {

Event chamber_event(const char* what, const Result<void>& done, std::optional<double> set_point) {
  nlohmann::json body{{"what", what}};
  if (set_point) body["set_point"] = *set_point;
  if (!done) body["reason"] = done.error().message();
  return {0, "", std::string(event_kind::kChamber), done ? Severity::info : Severity::alarm,
          dump_json(body)};
}

}  // namespace

ChamberControl::ChamberControl(boost::asio::io_context& io, instruments::Chamber& chamber,
                               const RunSpec& spec, const Hooks& hooks)
    : io_(io),
      chamber_(chamber),
      spec_(spec),
      hooks_(hooks),
      air_(io, chamber, spec, {hooks.event, hooks.fault}) {
  if (!spec.chamber || !spec.chamber->safe_temperature) return;
  timer_.emplace(io, chamber, spec.chamber->guard.timer, *spec.chamber->safe_temperature,
                 ChamberTimer::Hooks{hooks.event, hooks.fault});
}

void ChamberControl::want(const PhaseSpec& phase, double celsius, std::optional<double> humidity,
                          Nanos now) {
  if (timer_) timer_->want(celsius, now);
  chamber_.conditioning(true, [](const Result<void>&) {});
  air_.want(celsius, humidity, now);
  chamber_.set_temperature(celsius, phase.ramp_k_per_s,
                           [this, celsius, &io = io_, open = open_](const Result<void>& done) {
                             boost::asio::post(io, [this, celsius, open, done] {
                               // At the end the safe set-point has taken its place.
                               if (*open && !ending_) note_set_point(celsius, done);
                             });
                           });
}

void ChamberControl::note_set_point(double celsius, const Result<void>& done) {
  hooks_.event(chamber_event(done ? "set-point reached the controller" : "set-point refused", done,
                             celsius));
  if (!done) hooks_.fault("the chamber refused its set-point: " + done.error().message());
}

void ChamberControl::step(Nanos now, std::optional<double> coldest) {
  if (ending_) return;
  air_.step(now, coldest);
  if (timer_) timer_->step(now);
}

bool ChamberControl::go_safe(std::function<void(const Result<void>&)> then) {
  ending_ = true;
  air_.close();
  if (!timer_) return false;
  chamber_.set_temperature(*spec_.chamber->safe_temperature, std::nullopt,
                           [this, &io = io_, open = open_, then](const Result<void>& done) {
                             boost::asio::post(io, [this, open, then, done] {
                               if (!*open) return;
                               note_safe(done);
                               then(done);
                             });
                           });
  return true;
}

void ChamberControl::note_safe(const Result<void>& done) {
  hooks_.event(chamber_event(done ? "safe set-point read back" : "safe set-point NOT confirmed",
                             done, std::nullopt));
  if (!done) return;
  stopping_ = true;
  timer_->stop([this] { stopping_ = false; });
}

void ChamberControl::off() {
  chamber_.conditioning(false, [](const Result<void>&) {});
}

}  // namespace soakrig::control
