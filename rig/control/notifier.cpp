// SPDX-License-Identifier: Apache-2.0
#include "rig/control/notifier.hpp"

#include <signal.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "rig/base/json_guard.hpp"
#include "rig/base/secrets.hpp"
#include "rig/board/child_process.hpp"

namespace soakrig::control {

struct Notifier::Running {
  explicit Running(boost::asio::io_context& io) : timer(io) {}
  std::string on;
  std::unique_ptr<board::ChildProcess> child;
  boost::asio::steady_timer timer;
  bool timed_out = false, ended = false;
};

namespace {

Event failure(const std::string& on, const std::string& program, const std::string& reason) {
  Event event;
  event.kind = event_kind::kNotify;
  event.severity = Severity::warning;
  event.body = dump_json({{"on", on}, {"argv0", program}, {"ok", false}, {"reason", reason}});
  return event;
}

}  // namespace

Notifier::Notifier(boost::asio::io_context& io, NotifySpec spec,
                   std::function<void(Event)> report)
    : io_(io), spec_(std::move(spec)), report_(std::move(report)) {}

Notifier::~Notifier() = default;

bool Notifier::busy() const {
  return std::ranges::any_of(running_, [](const auto& r) { return !r->ended; });
}

void Notifier::notify(const std::string& on, const std::string& message) {
  std::erase_if(running_, [](const auto& r) { return r->ended; });
  if (spec_.run.empty() || std::ranges::find(spec_.on, on) == spec_.on.end()) return;
  if (running_.size() >= kMaxRunning) {
    report_(failure(on, spec_.run[0], "too many notifiers are still running"));
    return;
  }
  auto running = std::make_shared<Running>(io_);
  running->on = on;
  const std::weak_ptr<Running> weak = running;
  auto child = board::ChildProcess::start(
      io_, spec_.run,
      {.on_output = {}, .on_exit = [this, weak](board::ExitStatus status) {
         const auto self = weak.lock();
         if (!self) return;
         self->ended = true;
         self->timer.cancel();
         if (status.code == 0 && status.signal == 0) return;
         report_(failure(self->on, spec_.run[0],
                         self->timed_out ? "killed: it ran longer than its time" : status.text()));
       }});
  if (!child) {
    report_(failure(on, spec_.run[0], child.error().message()));
    return;
  }
  running->child = std::move(*child);
  // It leaves the rig: whoever reads it must not find a secret that a program printed.
  running->child->write(mask_json(message) + "\n");
  running->child->close_input();
  running->timer.expires_after(std::chrono::nanoseconds(kTimeout));
  running->timer.async_wait([weak](const boost::system::error_code& cancelled) {
    const auto self = weak.lock();
    if (cancelled || !self || self->ended) return;
    self->timed_out = true;
    self->child->signal(SIGKILL);
  });
  running_.push_back(std::move(running));
}

}  // namespace soakrig::control
