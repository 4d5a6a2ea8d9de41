// SPDX-License-Identifier: Apache-2.0
// Also tests: confidence.cpp hybrid_json.cpp
#include "workloads/hybrid/route_rule.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "workloads/hybrid/confidence.hpp"
#include "workloads/hybrid/hybrid_json.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

RouteRule rule(RouteKind kind, double threshold = 0) {
  RouteRule out;
  out.kind = kind;
  out.threshold = threshold;
  return out;
}

std::string body(const std::string& tokens) {
  return R"({"choices":[{"logprobs":{"content":[)" + tokens + "]}}]}";
}

}  // namespace

TEST_CASE("route_rule: a length, a label and a confidence decide as declared") {
  Router length(rule(RouteKind::length, 10));
  CHECK(length.first(0, "x", 10, 0).place == Place::edge);
  CHECK(length.first(0, "x", 11, 0).place == Place::cloud);

  RouteRule by_label = rule(RouteKind::label);
  by_label.cloud_labels = {"code"};
  Router label(by_label);
  CHECK(label.first(0, "code", 1, 0).place == Place::cloud);
  CHECK(label.first(0, "chat", 1000, 0).place == Place::edge);
  CHECK(label.second(0, "code", 0.0, 0).place == Place::edge);  // asks once

  Router sure(rule(RouteKind::confidence, 0.8));
  CHECK(sure.first(0, "x", 1000, 0).place == Place::edge);
  CHECK(sure.second(0, "x", 0.8, 0).place == Place::edge);
  CHECK(sure.second(0, "x", 0.79, 0).place == Place::cloud);
  CHECK(sure.second(0, "x", std::nullopt, 0).place == Place::cloud);
}

TEST_CASE("route_rule: what may not leave stays, also when the edge has failed") {
  RouteRule r = rule(RouteKind::length, 0);
  r.local_labels = {"private"};
  Router router(r);
  CHECK(router.first(0, "private", 99, 0).place == Place::edge);
  CHECK(router.first(0, "other", 99, 0).place == Place::cloud);
  CHECK_FALSE(router.may_fall_back(0, "private", Place::cloud, 0));
  CHECK(router.may_fall_back(0, "private", Place::edge, 0));
  r.fallback = false;
  CHECK_FALSE(Router(r).may_fall_back(0, "other", Place::edge, 0));
}

TEST_CASE("route_rule: a budget is granted evenly, held back, settled, and kept for an hour") {
  Budget budget(3600.0);  // one a second
  CHECK_FALSE(budget.hold(0, 1));
  CHECK(budget.hold(2 * kSecond, 1.5));
  CHECK_FALSE(budget.hold(2 * kSecond, 1));
  budget.settle(1.5, 0.5);  // it cost less: 1.5 is left
  CHECK(budget.hold(2 * kSecond, 1.5));
  CHECK(budget.spent() == Approx(0.5));
  CHECK(budget.hold(100 * kHour, 3600));
  CHECK_FALSE(budget.hold(100 * kHour, 1));
  RouteRule r = rule(RouteKind::budget);
  r.budget_per_hour = 0;
  Router broke(r);
  const Route route = broke.first(kHour, "x", 1, 0.1);
  CHECK(route.place == Place::edge);
  CHECK(route.refused_by_budget);
  CHECK_FALSE(broke.may_fall_back(kHour, "x", Place::cloud, 0.1));
}

TEST_CASE("route_rule: what cannot be is one error") {
  CHECK_FALSE(parse_route_kind("weather"));
  CHECK(parse_route_kind("budget").value() == RouteKind::budget);
  CHECK(check_rule(rule(RouteKind::length, 5)));
  CHECK_FALSE(check_rule(rule(RouteKind::length, -1)));
  CHECK_FALSE(check_rule(rule(RouteKind::length, std::nan(""))));
  CHECK_FALSE(check_rule(rule(RouteKind::confidence, 1.1)));
  CHECK_FALSE(check_rule(rule(RouteKind::label)));
  CHECK_FALSE(check_rule(rule(RouteKind::budget)));
  RouteRule both = rule(RouteKind::label);
  both.cloud_labels = both.local_labels = {"a"};
  CHECK_FALSE(check_rule(both));
  both.local_labels = {"A"};
  CHECK_FALSE(check_rule(both));
  CHECK_FALSE(valid_label(""));
  CHECK_FALSE(valid_label("a\"b"));
}

TEST_CASE("confidence: the geometric mean of the tokens' probabilities, or nothing") {
  CHECK(*answer_confidence(body(R"({"logprob":-0.5},{"logprob":-1.5})")) == Approx(std::exp(-1.0)));
  CHECK(*answer_confidence(body(R"({"logprob":0})")) == 1);
  for (const char* bad :
       {R"({"logprob":0.5})", R"({"logprob":-0.1},{})", R"({"logprob":null})", ""}) {
    INFO(bad);
    CHECK_FALSE(answer_confidence(body(bad)));
  }
  for (const char* bad : {"", "[]", R"({"choices":[]})", R"({"choices":[{"logprobs":null}]})"}) {
    CHECK_FALSE(answer_confidence(bad));
  }
}

TEST_CASE("hybrid_json: an absent answer, confidence or price is null") {
  HybridRecord r;
  r.label = "chat";
  r.words = 7;
  r.routed = Place::cloud;
  r.cloud = Asked{false, Trouble::refused, 0.25, 300, 0, 0};
  r.shadow_cloud = true;
  const auto row = nlohmann::json::parse(record_json(r));
  CHECK(row[3] == "cloud");
  CHECK(row[4].is_null());
  CHECK(row[6].is_null());
  CHECK(row[7].is_null());
  CHECK(row[8] == nlohmann::json::parse("[0,0.25,300,0,1]"));
  CHECK(row.size() == 10);
  HybridTotals t;
  t.cost = 0.5;
  CHECK(nlohmann::json::parse(totals_json(t, {}, false))["cost"].is_null());
  CHECK(nlohmann::json::parse(totals_json(t, {}, true))["cost"] == 0.5);
}
