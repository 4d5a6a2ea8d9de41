// SPDX-License-Identifier: Apache-2.0
//
// What it costs to serve requests from boards over their lifetime, beside a cloud's prices and
// beside both together. Pure arithmetic over plain input in one currency: every formula is written
// at the function that computes it and, with worked examples, in docs/formats/cost.md. A year has
// 365 days and 12 months. A useful token is a token of an answer that was served.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/analysis/said.hpp"

namespace soakrig::analysis {

// A figure with its interval, where it has one.
struct Bounded {
  double value = 0;
  std::optional<double> lower, upper;
};

struct CostInputs {
  double years = 0, devices = 0;
  std::optional<double> requests_per_day;  // of the site; absent = all that the devices can serve
  double prompt_tokens = 0, answer_tokens = 0;  // of one request

  // Measured: sustained speed (answer tokens/s of one device), power while it works, availability.
  Bounded tokens_per_s, busy_power_w, availability;

  // One device, in the currency.
  double price = 0, install = 0, visit = 0;  // once; once; each
  double connectivity_month = 0, operations_month = 0, updates_year = 0;
  double spares = 0;                         // devices bought ahead, as share of all
  double visits_year = 0;                    // planned ones, a device
  Bounded failures_year;                     // a device; each needs a device and a visit
  double idle_power_w = 0, energy_kwh = 0;   // W; price of a kWh
  double cooling = 1;                        // W drawn for each W of the device
  double utilisation = 1;                    // share of the time in which it may be busy
  std::optional<double> depreciation_years;  // worth nothing after; absent = at once

  double cloud_input = 0, cloud_output = 0;  // a million tokens
  double cloud_month = 0;                    // fixed, whatever is asked
  std::optional<double> edge_share;          // of the requests, for the split
};

struct CostPart {
  std::string_view name;  // "devices", "energy", …: the keys of the document
  double cost = 0;        // over the lifetime
};

// One way to serve the requests, over the lifetime.
struct CostOfWay {
  double requests_per_day = 0;  // that it serves
  double total = 0;
  std::optional<double> per_million;  // of useful tokens; absent where none is served
  std::vector<CostPart> parts;
};

struct BreakEven {
  std::optional<double> requests_per_day;  // from there on the edge is cheaper
  std::optional<Said> requests_reason;     // why there is none, or why it cannot be reached
  std::optional<double> months;            // until the edge's capital is earned, at these requests
  std::optional<Said> months_reason;
};

enum class Cheaper : std::uint8_t { edge, cloud, undecided };
[[nodiscard]] std::string_view to_string(Cheaper way);

// One input moved alone, all others as they are.
struct CostSwing {
  std::string_view input;
  double low = 0, high = 0;        // of the input
  bool measured = false;           // its interval, else the share that was asked for
  double at_low = 0, at_high = 0;  // the edge's cost of a million useful tokens
  Cheaper cheaper_low = Cheaper::edge, cheaper_high = Cheaper::edge;
};

struct CostAnswer {
  double capacity_per_day = 0;  // requests that all devices can serve
  double demand_per_day = 0;
  double duty = 0;                  // share of the time in which a device works
  CostOfWay edge, cloud;            // of the same requests: those the edge serves
  std::optional<CostOfWay> hybrid;  // of the whole demand
  // The edge's cost of a million with every interval at its good end, and at its bad one.
  double best = 0, worst = 0;            // infinite where nothing is served
  Cheaper cheaper = Cheaper::undecided;  // undecided where best and worst disagree
  BreakEven break_even;
  std::vector<CostSwing> swings;  // widest first
};

// The requests a day of all devices together: speed x utilisation x availability x 86400 / answer
// tokens x devices.
[[nodiscard]] double capacity_per_day(const CostInputs& in);

// The edge alone for `requests` a day (at most the capacity): devices, spares and the replacements
// that spares do not cover, installation, energy, connectivity, visits, operations, updates, less
// what the devices are still worth.
[[nodiscard]] CostOfWay edge_cost(const CostInputs& in, double requests);
// The cloud alone: requests x (prompt tokens x input + answer tokens x output) / 10^6, and the
// fixed part.
[[nodiscard]] CostOfWay cloud_cost(const CostInputs& in, double requests);

// Everything. `swing`: by which share an input without an interval is moved, in (0, 1). Speed,
// devices, years and answer tokens must be above zero.
[[nodiscard]] CostAnswer cost_of(const CostInputs& in, double swing);

}  // namespace soakrig::analysis
