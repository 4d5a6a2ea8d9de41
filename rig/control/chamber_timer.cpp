// SPDX-License-Identifier: Apache-2.0
#include "rig/control/chamber_timer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "rig/base/json_guard.hpp"

namespace soakrig::control {

ChamberTimer::ChamberTimer(boost::asio::io_context& io, instruments::Chamber& chamber, Nanos hold,
                           double safe, Hooks hooks)
    : io_(io), chamber_(chamber), hold_(hold), safe_(safe), hooks_(std::move(hooks)) {}

void ChamberTimer::want(double celsius, Nanos now) {
  if (hold_ <= 0) return;
  const bool was = std::exchange(hot_, celsius > safe_ + kHot);
  if (!hot_) {
    stop();
  } else if (!was) {
    wound_ = now;  // it has this long to be armed
    wind(now);
  }
}

void ChamberTimer::step(Nanos now) {
  if (!hot_ || known_ == Known::unsupported) return;
  if (now - wound_ > hold_ / 4 * 3) {
    hot_ = false;
    hooks_.fault("the chamber's own timer could not be wound up for " +
                 format_duration(now - wound_));
  } else if (!pending_ && (known_ == Known::no || now - wound_ >= hold_ / 4)) {
    wind(now);
  }
}

void ChamberTimer::wind(Nanos now) {
  if (pending_ || known_ == Known::unsupported) return;
  pending_ = true;
  stopped_ = false;
  chamber_.arm_timer(hold_, [this, now, &io = io_, open = open_](const Result<void>& done) {
    boost::asio::post(io, [this, now, open, done] {
      if (*open) note(now, done);
    });
  });
}

void ChamberTimer::note(Nanos asked, const Result<void>& done) {
  pending_ = false;
  if (done) {
    if (known_ == Known::no) {
      say("its own timer ends this phase if nobody does, after " + format_duration(hold_), "");
    }
    known_ = Known::armed;
    wound_ = asked;
  } else if (done.error().code == Errc::unsupported && known_ == Known::no) {
    known_ = Known::unsupported;
    say("no timer of its own would end this phase", done.error().message());
  }
}

// Also one that an earlier run left behind, at its end.
void ChamberTimer::stop(std::function<void()> then) {
  hot_ = false;
  if (hold_ <= 0 || known_ == Known::unsupported || std::exchange(stopped_, true)) {
    if (then) then();
    return;
  }
  known_ = Known::no;
  chamber_.arm_timer(std::nullopt, [&io = io_, open = open_, then](const Result<void>&) {
    boost::asio::post(io, [open, then] {
      if (*open && then) then();
    });
  });
}

void ChamberTimer::say(const std::string& what, const std::string& reason) {
  nlohmann::json body{{"what", what}};
  if (!reason.empty()) body["reason"] = reason;
  Event event;
  event.kind = event_kind::kChamber;
  event.body = dump_json(body);
  hooks_.event(std::move(event));
}

}  // namespace soakrig::control
