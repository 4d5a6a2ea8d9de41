// SPDX-License-Identifier: Apache-2.0
//
// Edge, cloud or both: what a site needs against what a board sustained and what the cloud and the
// link to it offer. Pure. What is not known is never taken for met: the answer is inconclusive
// where it could turn on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/analysis/cost.hpp"
#include "results/analysis/said.hpp"

namespace soakrig::analysis {

struct SuitInputs {
  std::optional<bool> data_may_leave;

  // Time until the first token, s, in nine of ten requests.
  std::optional<double> latency_need;           // absent = the site did not say
  bool latency_matters = true;                  // false = the site says that it does not
  std::optional<double> edge_latency;           // p90, measured
  std::optional<double> cloud_service_latency;  // of the endpoint itself
  std::optional<double> link_round_trip;        // p95
  double request_bits = 0, answer_bits = 0;     // that go up with a request, and come down for it
  std::optional<double> link_bits_s, link_down_bits_s;  // up, down

  std::optional<double> availability_need;
  std::optional<double> edge_availability, link_availability, cloud_availability;

  std::optional<CostAnswer> cost;  // absent = there was no cost file, or no answer to it
};

enum class Fits : std::uint8_t { yes, no, unknown };
[[nodiscard]] std::string_view to_string(Fits fits);

// One criterion, in the order in which they decide.
struct SuitReason {
  std::string_view criterion;  // "data", "latency", "availability", "volume", "cost"
  Fits edge = Fits::yes, cloud = Fits::yes, hybrid = Fits::yes;
  std::vector<Said> text;     // with the figures
  std::vector<Said> missing;  // inputs; empty = all there
  std::vector<Said> changes;  // what would turn it
};

enum class Place : std::uint8_t { edge, cloud, hybrid, none, inconclusive };
[[nodiscard]] std::string_view to_string(Place place);

struct SuitAnswer {
  Place place = Place::inconclusive;
  Said why;
  std::vector<SuitReason> reasons;
};

// Data, latency, availability and volume exclude; among what is left the cheapest is the answer.
// Hybrid is: at the edge first, the rest and what the edge cannot answer in the cloud. So it needs
// that data may leave and that both are fast enough; it is up while either is, and its volume is
// without bound. None where everything is excluded.
[[nodiscard]] SuitAnswer suit(const SuitInputs& in);

// Service + round trip + request bits / speed up + answer bits / speed down (each left out where
// there are no bits); absent where one of them is not known.
[[nodiscard]] std::optional<double> cloud_latency(const SuitInputs& in);

}  // namespace soakrig::analysis
