// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/guard/watchdog.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rig/base/json_guard.hpp"

namespace soakrig::guard {

void Watchdog::hear(std::string_view line) {
  const auto said = parse_json(line);
  if (!said || !said->is_object()) return;
  if (json_get<std::int64_t>(*said, "beat")) silent_ = 0;
  // A trip is not taken back by what follows it.
  if (told_ == Verdict::trip) return;
  if (const auto why = json_get<std::string>(*said, "trip")) {
    told_ = Verdict::trip;
    reason_ = *why;
  } else if (json_get<bool>(*said, "stand_down").value_or(false)) {
    told_ = Verdict::stand_down;
  }
}

void Watchdog::closed() { closed_ = true; }

Watchdog::Verdict Watchdog::look(Nanos now) {
  silent_ += std::min(std::max<Nanos>(0, now - last_look_), longest_pause_);
  last_look_ = now;
  if (told_) return *told_;
  if (!closed_ && silent_ <= silence_) return Verdict::well;
  reason_ = closed_ ? "the controller is gone"
                    : "the controller has said nothing for " + format_duration(silent_);
  return Verdict::lost;
}

}  // namespace soakrig::guard
