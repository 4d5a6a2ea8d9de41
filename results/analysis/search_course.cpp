// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/search_course.hpp"

#include <algorithm>

#include "results/analysis/event_body.hpp"
#include "rig/base/rig_events.hpp"

namespace soakrig::analysis {

namespace {

// Whether a board gave way in this phase; nothing where it did not end.
std::optional<bool> gave_way(const RunView& run, const std::string& phase) {
  for (const Event& event : run.events) {
    if (event.kind != event_kind::kSearch) continue;
    const EventBody body(event.body);
    if (body.text("phase") == phase) return body.flag("gave_way").value_or(false);
  }
  return std::nullopt;
}

}  // namespace

SearchCourse search_course(const RunView& run) {
  SearchCourse out;
  const auto& phases = run.spec.phases;
  for (std::size_t first = 0; first < phases.size(); ++first) {
    const auto& search = phases[first].search;
    if (!search || search->rung != 1 || search->back || search->of < 2) continue;
    const std::size_t of = static_cast<std::size_t>(search->of);
    const std::size_t behind = std::min(first + 2 * of - 1, phases.size());
    // Where it turned back: past the last rung if it never had to.
    std::optional<std::size_t> turned;
    for (std::size_t i = first; i < std::min(first + of, behind) && !turned; ++i) {
      const auto gave = gave_way(run, phases[i].name);
      if (gave == true) turned = i;
      if (gave == false && i + 1 == first + of) turned = first + of;
    }
    if (!turned) continue;  // broken off
    const bool back = *turned < first + of;
    if (back) out.cut_short.insert(*turned);
    for (std::size_t i = back ? *turned + 1 : *turned; i < behind; ++i) {
      const auto& rung = phases[i].search;
      const bool way_back =
          back && rung && rung->back && rung->rung == static_cast<int>(*turned - first);
      if (!way_back) {
        out.passed_over.insert(i);
      } else if (gave_way(run, phases[i].name) == true) {
        out.cut_short.insert(i);
      }
    }
  }
  return out;
}

}  // namespace soakrig::analysis
