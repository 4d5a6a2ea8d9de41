// SPDX-License-Identifier: Apache-2.0
#include "rig/control/board_link.hpp"

#include <signal.h>

#include <algorithm>
#include <utility>

namespace soakrig::control {

Result<void> BoardLink::start(const std::vector<std::string>& argv, bool again) {
  argv_ = argv;
  again_ = again;
  return open_child();
}

Result<void> BoardLink::open_child() {
  auto child = board::ChildProcess::start(
      io_, argv_,
      {.on_output = [this](std::string_view bytes) { hooks_.on_bytes(bytes); },
       .on_exit =
           [this](board::ExitStatus status) {
             plan_retry();
             hooks_.on_down(status.text());
           }});
  if (!child) return child.error();
  child_ = std::move(*child);
  if (paused_) child_->pause_output(true);
  hooks_.on_open();
  return {};
}

void BoardLink::plan_retry() {
  if (!again_) return;
  retry_at_ = clock_.boot_ns() + retry_after_;
  retry_after_ = std::min(2 * retry_after_, kSlowestRetry);
}

void BoardLink::tick() {
  if (retry_at_ == 0 || clock_.boot_ns() < retry_at_) return;
  retry_at_ = 0;
  child_.reset();
  if (auto opened = open_child(); !opened) {
    plan_retry();
    hooks_.on_down(opened.error().message());
  }
}

bool BoardLink::write(std::string bytes) { return child_ && child_->write(std::move(bytes)); }

void BoardLink::pause(bool paused) {
  paused_ = paused;
  if (child_) child_->pause_output(paused);
}

void BoardLink::cut() {
  if (open()) child_->signal(SIGKILL);
}

void BoardLink::close() {
  again_ = false;
  retry_at_ = 0;
  cut();
}

}  // namespace soakrig::control
