// SPDX-License-Identifier: Apache-2.0
#include "rig/control/chamber_air.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "rig/base/json_guard.hpp"
#include "rig/control/dew_point.hpp"

namespace soakrig::control {

ChamberAir::ChamberAir(boost::asio::io_context& io, instruments::Chamber& chamber,
                       const RunSpec& spec, Hooks hooks)
    : io_(io), chamber_(chamber), spec_(spec), hooks_(std::move(hooks)) {}

instruments::Done ChamberAir::then(std::function<void(const Result<void>&)> note) {
  return [&io = io_, open = open_, note = std::move(note)](const Result<void>& done) {
    boost::asio::post(io, [open, note, done] {
      if (*open) note(done);
    });
  };
}

bool ChamberAir::ready() {
  const auto& envelope = spec_.chamber;
  if (alarms_ == Alarms::due && envelope && envelope->low && envelope->high) {
    alarms_ = Alarms::asked;
    chamber_.set_alarms(*envelope->low - kOvershoot, *envelope->high + kOvershoot,
                        then([this](const Result<void>& done) { note_alarms(done); }));
  }
  return alarms_ != Alarms::asked;
}

void ChamberAir::note_alarms(const Result<void>& done) {
  alarms_ = Alarms::settled;
  const bool known = done || done.error().code != Errc::unsupported;
  Event event;
  event.kind = event_kind::kChamber;
  event.body = dump_json({{"what", done    ? "its own alarms read back"
                                   : known ? "its own alarms could not be set"
                                           : "no alarm set-points of its own are known"}});
  hooks_.event(std::move(event));
  if (!done && known) {
    hooks_.fault("the chamber's own alarms were not set: " + done.error().message());
  }
}

void ChamberAir::want(double celsius, std::optional<double> humidity, Nanos now) {
  wanted_.reset();
  if (humidity) wanted_ = Wanted{celsius, *humidity, now};
}

void ChamberAir::step(Nanos now, std::optional<double> coldest) {
  if (!wanted_) return;
  if (coldest && stays_dry(wanted_->celsius, wanted_->humidity, *coldest)) {
    chamber_.set_humidity(wanted_->humidity, then([this](const Result<void>& done) {
                            if (done || done.error().code == Errc::cancelled) return;
                            hooks_.fault("the chamber refused its humidity: " +
                                         done.error().message());
                          }));
    wanted_.reset();
  } else if (now - wanted_->since > kDryWithin) {
    wanted_.reset();
    hooks_.fault(coldest ? "the boards stay too cold for the humidity: it would condense on them"
                         : "no humidity was set: soc.temperature cannot be read on every board, so "
                           "it might condense");
  }
}

void ChamberAir::close() {
  *open_ = false;
  const bool moist =
      std::ranges::any_of(spec_.phases, [](const auto& p) { return p.humidity.has_value(); });
  if (!moist) return;
  const double dry = spec_.chamber ? spec_.chamber->safe_humidity : ChamberSpec().safe_humidity;
  chamber_.set_humidity(dry, [](const Result<void>&) {});
}

}  // namespace soakrig::control
