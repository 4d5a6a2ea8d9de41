// SPDX-License-Identifier: Apache-2.0
//
// A load whose requests are routed between two engines by a declared rule, the cloud's behind an
// emulated link. One thread beside the link's own; memory is bounded whatever the length of the
// run. docs/formats/hybrid.md has the formulas.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "workloads/hybrid/route_rule.hpp"
#include "workloads/hybrid/wan_model.hpp"
#include "workloads/hybrid/wan_proxy.hpp"
#include "workloads/openai/arrivals.hpp"
#include "workloads/openai/load_client.hpp"
#include "workloads/openai/prompts.hpp"

namespace soakrig::workloads {

// Of a million tokens, in one currency.
struct HybridPrices {
  double cloud_in = 0, cloud_out = 0;
  double edge = 0;  // of a token answered at the edge, as `soakrig cost` found it
};

struct HybridOptions {
  ClientOptions edge, cloud;  // of each what concerns a single request
  RouteRule rule;
  WanSettings wan;
  std::optional<HybridPrices> prices;
  std::optional<ArrivalOptions> arrivals;  // absent = closed loop
  int streams = 1, most_open = 256;
  double both = 0;  // share of the requests that both places are asked, for the sweep
  std::uint64_t seed = 1;
};

// What one place answered to one request; latency from the moment at which it was asked to the
// last byte of the answer, or to the failure.
struct Asked {
  bool good = false;
  Trouble trouble = Trouble::none;
  double latency_s = 0;
  std::uint64_t request_bytes = 0;
  std::uint64_t tokens = 0;
  double cost = 0;  // of a good answer; 0 without prices
};

// One request that ended.
struct HybridRecord {
  double at_s = 0;  // when it was due, from the start
  std::string label;
  std::uint64_t words = 0;
  Place routed = Place::edge;                      // by the rule
  std::optional<Place> served;                     // none: nobody answered
  bool refused_by_budget = false;                  // the rule wanted the cloud
  double latency_s = 0;                            // from when it was due to the answer that counts
  std::optional<double> confidence;                // of the edge's answer, where the rule wants it
  std::optional<Asked> edge, cloud;                // whoever was asked
  bool shadow_edge = false, shadow_cloud = false;  // asked only for the sweep, afterwards
  bool drawn = false;                              // for the sweep, before anything else was known
};

// Since the start. What was asked only for the sweep is in `shadow…` and in no other figure but the
// bytes, which cannot be told apart on the wire.
struct HybridTotals {
  std::uint64_t requests = 0, good = 0;
  std::uint64_t offloaded = 0;                        // by the rule
  std::uint64_t fell_to_edge = 0, fell_to_cloud = 0;  // asked there since the other failed
  std::uint64_t edge_asked = 0, edge_failed = 0, cloud_asked = 0, cloud_failed = 0;
  std::uint64_t refused_by_budget = 0, no_confidence = 0, shadowed = 0;
  std::uint64_t edge_tokens = 0, cloud_tokens = 0, cloud_tokens_in = 0;
  std::uint64_t unpriced = 0;  // answers of the cloud that did not tell the length of the prompt
  double cost = 0, shadow_cost = 0;
  // Sum over the edge's answers, first to last token; of whole answers from the asking.
  Nanos edge_busy = 0;
};

struct LinkReport {
  WanCounts counts;
  WanModel::Passed passed;  // by the model, since the load began
  bool up = true;
};

class HybridClient {
 public:
  virtual ~HybridClient() = default;
  // Sends and receives for so long. Requests that are on their way stay so in between.
  virtual void run_for(Nanos length) = 0;
  [[nodiscard]] virtual const HybridTotals& totals() const = 0;
  // What ended since the last call.
  [[nodiscard]] virtual std::vector<HybridRecord> take_records() = 0;
  [[nodiscard]] virtual LinkReport link() = 0;
  [[nodiscard]] virtual int open() const = 0;
  // One request to one place outside the load, waited for: is it there, and does it tell what the
  // rule needs? Not through the emulated link.
  [[nodiscard]] virtual Outcome probe(Place place, Nanos at_most) = 0;
  virtual void rest(Nanos length) = 0;  // between probes
};

// Errc as make_target, make_arrivals, check_rule and check_wan. The clock is borrowed.
[[nodiscard]] Result<std::unique_ptr<HybridClient>> make_hybrid_client(HybridOptions options,
                                                                       Prompts prompts,
                                                                       const Clock& clock);

}  // namespace soakrig::workloads
