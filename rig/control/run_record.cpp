// SPDX-License-Identifier: Apache-2.0
#include "rig/control/run_record.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <utility>

#include "rig/base/rig_events.hpp"
#include "rig/control/run_events.hpp"

namespace soakrig::control {

namespace {
constexpr Nanos kPhaseNoteEvery = 10 * kSecond;
}

RunRecord::RunRecord(boost::asio::io_context& io, const RunSpec& spec, store::Writer& writer,
                     const Clock& clock, Nanos run_start, RunObserver& observer,
                     std::function<void(const Error&)> on_failure)
    : io_(io),
      spec_(spec),
      writer_(writer),
      clock_(clock),
      run_start_(run_start),
      observer_(observer),
      on_failure_(std::move(on_failure)),
      notifier_(io, spec.notify, [this](Event failed) { event(std::move(failed)); }) {}

void RunRecord::event(Event event) {
  if (event.t == 0) event.t = now();
  keep(writer_.event(event));
  if (event.kind != event_kind::kConsoleLog) observer_.on_event(event);
}

void RunRecord::state(std::string_view name, const std::string& detail) {
  keep(writer_.journal(name, detail));
}

void RunRecord::phase(const PhaseProgress& p) {
  phase_noted_ = now();
  keep(writer_.set_phase({static_cast<std::uint32_t>(p.index), spec_.phases[p.index].name, p.begin,
                          p.dwell_begin, p.dwell_end, p.end, p.counted}));
}

void RunRecord::refresh_phase(const PhaseProgress& progress) {
  if (now() - phase_noted_ >= kPhaseNoteEvery) phase(progress);
}

void RunRecord::notify(const std::string& on, const Event& about) {
  notifier_.notify(on, notification(about, spec_.name, writer_.path(), clock_.utc_ns()));
}

void RunRecord::notify_end(const std::string& message) {
  notifier_.notify("end", message);
  io_.restart();
  const Nanos until = clock_.boot_ns() + Notifier::kTimeout + kSecond;
  while (notifier_.busy() && clock_.boot_ns() < until) {
    io_.run_one_for(std::chrono::milliseconds(100));
  }
}

void RunRecord::keep(const Result<void>& stored) {
  if (stored || failure_) return;
  failure_ = stored.error();
  on_failure_(*failure_);
}

}  // namespace soakrig::control
