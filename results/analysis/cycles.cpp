// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/cycles.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "results/analysis/reliability.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::analysis {

namespace {

using Json = nlohmann::json;

constexpr double kConfidence = 0.95;

// The object `event.cycle` of a note; null where it is none.
Json cycle_of(const Event& event) {
  if (event.kind != "work.note" || !json_nesting_within(event.body, kMaxJsonDepth)) return {};
  Json body = Json::parse(event.body, nullptr, false);
  if (!body.is_object() || !body.contains("event")) return {};
  Json said = std::move(body["event"]);
  if (!said.is_object() || !said.contains("cycle") || !said["cycle"].is_object()) return {};
  return said["cycle"];
}

ReliabilityBound share(const std::string& name, std::uint64_t seen, const CycleCounts& counts) {
  ReliabilityBound out;
  out.name = name;
  out.confidence = kConfidence;
  const ShareBounds bounds = clopper_pearson(seen, counts.all(), kConfidence);
  out.lower = bounds.lower;
  out.upper = bounds.upper;
  out.formula = fmt::format(
      "Clopper-Pearson, x = {} of n = {} cycles ({} updated, {} rolled back, {} stuck, {} bricked, "
      "{} of them for good)",
      seen, counts.all(), counts.updated, counts.rolled_back, counts.stuck, counts.bricked,
      counts.lost);
  // Success run: so many without one show with this confidence that it is rarer than one in 1000.
  const double needed = std::ceil(std::log(1 - kConfidence) / std::log(1 - 1e-3));
  out.not_proven = fmt::format(
      "It is of this board, this updater and this mix of faults at these instants: not of a rarer "
      "fault, another payload, worn flash or another board. Below one in 1000 would take {:.0f} "
      "cycles without one; these were {}",
      needed, counts.all());
  return out;
}

}  // namespace

CycleCounts count_cycles(std::span<const Event> events, const std::string& board) {
  CycleCounts out;
  for (const Event& event : events) {
    if (!board.empty() && event.board != board) continue;
    const Json cycle = cycle_of(event);
    if (!cycle.is_object() || !cycle.contains("class") || !cycle["class"].is_string()) continue;
    const std::string kind = cycle["class"];
    if (kind == "updated") ++out.updated;
    if (kind == "rolled-back") ++out.rolled_back;
    if (kind == "stuck") ++out.stuck;
    if (kind == "bricked") ++out.bricked;
    const auto lost = cycle.find("lost");
    if (lost != cycle.end() && lost->is_boolean() && lost->get<bool>()) ++out.lost;
  }
  return out;
}

std::vector<ReliabilityBound> cycle_bounds(const CycleCounts& counts) {
  if (counts.all() == 0) return {};
  return {share("bricked_share", counts.bricked, counts),
          share("stuck_share", counts.stuck, counts)};
}

}  // namespace soakrig::analysis
