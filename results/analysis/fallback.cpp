// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/fallback.hpp"

#include <cstddef>

#include "results/analysis/event_body.hpp"

namespace soakrig::analysis {

namespace {

constexpr std::size_t kMostNamed = 3;

std::string in_words(const EventBody& body) {
  std::string out = body.text("part").value_or("a part that is not named");
  if (const auto ran_on = body.text("ran_on")) out += " on " + *ran_on;
  if (const auto asked = body.text("asked")) out += " instead of " + *asked;
  return out;
}

}  // namespace

std::string fallback_of(std::span<const Event> events, std::string_view board,
                        std::string_view workload) {
  std::string named;
  std::size_t parts = 0;
  for (const Event& event : events) {
    if (event.board != board || event.kind != event_kind::kWorkNote) continue;
    const EventBody body(event.body);
    if (body.text("workload") != workload) continue;
    const auto said = body.object("event");
    const auto fallback = said ? said->object("fallback") : std::nullopt;
    if (!fallback) continue;
    if (++parts <= kMostNamed) named += (parts == 1 ? "" : "; ") + in_words(*fallback);
  }
  if (parts == 0) return {};
  if (parts > kMostNamed) named += "; and " + std::to_string(parts - kMostNamed) + " more";
  return "part of the model ran elsewhere than asked: " + named;
}

}  // namespace soakrig::analysis
