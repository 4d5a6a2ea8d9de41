// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/canary.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "results/analysis/event_body.hpp"
#include "results/analysis/phase_times.hpp"
#include "results/analysis/reliability.hpp"

namespace soakrig::analysis {

namespace {

constexpr double kConfidence = 0.95;
constexpr double kMostCounted = 1e15;  // an event is not trusted

std::uint64_t count(const EventBody& body, const char* key) {
  return static_cast<std::uint64_t>(std::clamp(body.number(key).value_or(0), 0.0, kMostCounted));
}

CanaryFigures counts_of(const EventBody& body) {
  return {{},
          {},
          count(body, "asked"),
          count(body, "same"),
          count(body, "near_ties"),
          count(body, "suspected"),
          count(body, "tokens")};
}

// A fact is a text.
std::optional<std::uint64_t> accepted_by(const EventBody& facts) {
  const auto told = facts.text("canary_accepted");
  if (!told) return std::nullopt;
  std::uint64_t value = 0;
  const char* const end = told->data() + told->size();
  const auto read = std::from_chars(told->data(), end, value);
  return read.ec == std::errc{} && read.ptr == end ? std::optional(value) : std::nullopt;
}

// What came since `before`, which is of the same instance unless totals fell.
void add_growth(CanaryFigures& sum, const CanaryFigures& now, const CanaryFigures& before) {
  const bool fresh = now.asked < before.asked || now.tokens < before.tokens;
  const auto grown = [&](std::uint64_t CanaryFigures::* field) {
    const std::uint64_t from = fresh ? 0 : std::min(before.*field, now.*field);
    sum.*field += now.*field - from;
  };
  for (const auto field : {&CanaryFigures::asked, &CanaryFigures::same, &CanaryFigures::near_ties,
                           &CanaryFigures::suspected, &CanaryFigures::tokens}) {
    grown(field);
  }
}

}  // namespace

std::optional<double> CanaryFigures::upper_per_million() const {
  if (tokens == 0) return std::nullopt;
  return 1e6 / mtbf_lower(static_cast<double>(tokens), suspected, kConfidence);
}

std::optional<CanaryFigures> canary_of(std::span<const Event> events, std::string_view board,
                                       std::string_view workload, const Interval& range) {
  constexpr std::string_view kOff = "off: ";
  CanaryFigures sum, before;
  bool told = false;
  for (const Event& event : events) {
    const bool ready = event.kind == event_kind::kWorkReady;
    if (event.board != board || (!ready && event.kind != event_kind::kWorkNote)) continue;
    if (event.body.find("\"canary\"") == std::string::npos) continue;
    const EventBody body(event.body);
    if (body.text("workload") != workload) continue;
    if (ready) {
      const auto facts = body.object("facts");
      const auto state = facts ? facts->text("canary") : std::nullopt;
      if (!state || event.t >= range.to) continue;
      told = true;
      sum.off = state->starts_with(kOff) ? state->substr(kOff.size()) : "";
      sum.accepted = accepted_by(*facts);
      continue;
    }
    const auto hist = body.object("hist");
    const auto canary = hist ? hist->object("canary") : std::nullopt;
    if (!canary) continue;
    const CanaryFigures now = counts_of(*canary);
    const double window = std::clamp(hist->number("window_s").value_or(0), 0.0, 3600.0);
    if (range.contains(event.t - from_seconds(window / 2))) {
      told = true;
      add_growth(sum, now, before);
    }
    before = now;
  }
  return told ? std::optional(sum) : std::nullopt;
}

std::vector<PhaseCanary> canaries_of(const RunView& run, std::string_view board) {
  std::vector<PhaseCanary> out;
  for (const PhaseView& phase : run.phases) {
    const auto dwell = dwell_of(run, phase);
    if (!dwell) continue;
    const PhaseSpec& spec = run.spec.phases[phase.spec];
    for (const std::string& workload : spec.work) {
      if (auto found = canary_of(run.events, board, workload, *dwell)) {
        out.push_back({spec.name, workload, std::move(*found)});
      }
    }
  }
  return out;
}

}  // namespace soakrig::analysis
