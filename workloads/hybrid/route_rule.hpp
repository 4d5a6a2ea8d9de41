// SPDX-License-Identifier: Apache-2.0
//
// Where a request goes: to the engine at the edge or to the one in the cloud, by a rule that was
// declared beforehand. Pure: the same requests at the same times go the same ways.
// docs/formats/hybrid.md has the rules in words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::workloads {

enum class Place : std::uint8_t { edge, cloud };
[[nodiscard]] std::string_view to_string(Place place);
[[nodiscard]] constexpr Place other(Place p) {
  return p == Place::edge ? Place::cloud : Place::edge;
}

enum class RouteKind : std::uint8_t {
  length,      // more words than the threshold: cloud
  label,       // a class label of the list: cloud
  confidence,  // the edge is asked first; below the threshold the cloud is asked too
  budget,      // cloud as long as the money lasts
};
[[nodiscard]] std::string_view to_string(RouteKind kind);

struct RouteRule {
  RouteKind kind = RouteKind::length;
  double threshold = 0;                   // words, or a probability from 0 to 1
  std::vector<std::string> cloud_labels;  // of the rule `label`
  std::vector<std::string> local_labels;  // never leave the site, whatever the rule says
  std::optional<double> budget_per_hour;  // money for the cloud; with any rule
  bool fallback = true;                   // where one place fails the other is asked
};

// Errc::invalid: a rule without what it needs, a threshold that cannot be, a label on both lists.
[[nodiscard]] Result<RouteKind> parse_route_kind(std::string_view text);
[[nodiscard]] Result<void> check_rule(const RouteRule& rule);
// Lower-case letters, digits, '_' and '-', at most 32: a label becomes part of a series' name.
[[nodiscard]] bool valid_label(std::string_view label);

// Money that is granted evenly over time and spent on the cloud's answers. What a request may cost
// is held back when it is sent and settled when the cost is known, so that what is spent never
// exceeds what was granted by more than what the estimates were wrong.
class Budget {
 public:
  // Without a rate there is always money. What was not spent is kept for an hour at most.
  explicit Budget(std::optional<double> per_hour) : per_hour_(per_hour) {}
  // False: not enough is left for `estimate`.
  [[nodiscard]] bool hold(Nanos now, double estimate);
  void settle(double estimate, double actual);
  [[nodiscard]] double spent() const { return spent_; }

 private:
  std::optional<double> per_hour_;
  double left_ = 0, spent_ = 0;
  std::optional<Nanos> last_;
};

// What the rule says of a request before anybody was asked. `refused_by_budget` is told apart, so
// that it can be counted.
struct Route {
  Place place = Place::edge;
  bool refused_by_budget = false;
};

class Router {
 public:
  explicit Router(RouteRule rule) : rule_(std::move(rule)), budget_(rule_.budget_per_hour) {}

  // Holds money back where the answer is `cloud`.
  [[nodiscard]] Route first(Nanos now, std::string_view label, std::uint64_t words,
                            double estimate);
  // After a good answer of the edge: is the cloud to be asked too? Only the rule `confidence` asks
  // twice. An answer without a confidence counts as one without any.
  [[nodiscard]] Route second(Nanos now, std::string_view label, std::optional<double> confidence,
                             double estimate);
  // After a failure: may the other place be asked?
  [[nodiscard]] bool may_fall_back(Nanos now, std::string_view label, Place to, double estimate);
  [[nodiscard]] bool stays(std::string_view label) const;  // its text may not leave the site
  void settle(double estimate, double actual) { budget_.settle(estimate, actual); }
  [[nodiscard]] const RouteRule& rule() const { return rule_; }
  [[nodiscard]] const Budget& budget() const { return budget_; }

 private:
  Route ask_cloud(Nanos now, std::string_view label, double estimate);
  RouteRule rule_;
  Budget budget_;
};

}  // namespace soakrig::workloads
