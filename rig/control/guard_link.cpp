// SPDX-License-Identifier: Apache-2.0
#include "rig/control/guard_link.hpp"

#include <signal.h>

#include <boost/asio/io_context.hpp>

#include "rig/base/json_guard.hpp"

namespace soakrig::control {
namespace {

constexpr std::size_t kLongestLine = 1u << 20;

}  // namespace

GuardLink::GuardLink(boost::asio::io_context& io, GuardParts parts, const Clock& clock, Hooks hooks)
    : io_(io), parts_(std::move(parts)), clock_(clock), hooks_(std::move(hooks)) {}

GuardLink::~GuardLink() {
  if (child_) child_->let_go();
}

Result<void> GuardLink::start() {
  parts_.plan.controller = this_process();
  if (auto saved = parts_.files.save(parts_.plan); !saved) return saved;
  auto launched = launch();
  if (!launched) parts_.files.remove(parts_.plan.run);
  return launched;
}

Result<void> GuardLink::launch() {
  auto child = board::ChildProcess::start(
      io_, {parts_.program, parts_.plan.run},
      {.on_output = [this](std::string_view bytes) { hear(bytes); },
       .on_exit =
           [this](board::ExitStatus status) {
             if (standing_down_) return end();
             if (!handed_over_) lose("the guard ended with " + status.text());
           }});
  if (!child) return child.error();
  child_ = std::move(*child);
  last_heard_ = clock_.boot_ns();
  return {};
}

void GuardLink::hear(std::string_view bytes) {
  last_heard_ = clock_.boot_ns();
  pending_ += bytes;
  std::size_t begin = 0;
  for (auto end = pending_.find('\n'); end != std::string::npos;
       end = pending_.find('\n', begin)) {
    take(std::string_view(pending_).substr(begin, end - begin));
    begin = end + 1;
  }
  pending_.erase(0, begin);
  if (pending_.size() > kLongestLine) pending_.clear();
}

void GuardLink::take(std::string_view line) {
  const auto said = parse_json(line);
  if (!said) return;
  if (json_get<bool>(*said, "armed").value_or(false)) armed_ = true;
  const auto stage = json_get<std::string>(*said, "stage");
  if (!stage) return;
  if (handed_over_ && json_get<bool>(*said, "safe").value_or(false)) made_safe_ = true;
  if (handed_over_ && *stage == "gone") made_safe_ = true;
  hooks_.on_report(std::string(line));
}

void GuardLink::tell(const std::string& line) {
  if (child_ && child_->running()) child_->write(line + "\n");
}

void GuardLink::tick() {
  const Nanos now = clock_.boot_ns();
  if (standing_down_) {
    // Frozen, so that it cannot hear that all is well: nothing is left for it to do.
    if (!ended_ && now >= go_by_) {
      if (child_ && child_->running()) child_->signal(SIGKILL);
      end();
    }
    return;
  }
  if (handed_over_) return;
  if (now >= next_beat_) {
    next_beat_ = now + kBeat;
    tell(dump_json({{"beat", ++beats_}}));
  }
  if (armed_ && now - last_heard_ > kSilence) {
    lose("the guard has said nothing for " + format_duration(now - last_heard_));
  }
}

void GuardLink::lose(const std::string& why) {
  if (std::exchange(lost_, true)) return;
  hooks_.on_lost(why);
}

void GuardLink::hand_over(const std::string& why) {
  if (handed_over_ || standing_down_) return;
  handed_over_ = true;
  parts_.buses.clear();
  if (lost_) {
    if (child_ && child_->running()) child_->signal(SIGKILL);
    child_.reset();
    if (auto again = launch(); !again) {
      return hooks_.on_report(dump_json({{"stage", "lost"}, {"reason", again.error().message()}}));
    }
  }
  tell(dump_json({{"trip", why}}));
}

void GuardLink::stand_down() {
  if (handed_over_ || standing_down_) return;
  standing_down_ = true;
  go_by_ = clock_.boot_ns() + kGoWithin;
  if (!child_ || !child_->running()) return end();
  tell(dump_json({{"stand_down", true}}));
}

void GuardLink::end() {
  if (std::exchange(ended_, true)) return;
  parts_.files.remove(parts_.plan.run);
  for (const std::string& bus : guard::endpoints(parts_.plan)) parts_.files.forget_bus(bus);
  parts_.buses.clear();
}

}  // namespace soakrig::control
