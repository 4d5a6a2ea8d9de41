// SPDX-License-Identifier: Apache-2.0
// Also tests: hybrid_sweep.cpp
#include "results/analysis/hybrid.hpp"

#include "results/analysis/hybrid_sweep.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::analysis;

namespace {

Event told(Nanos at, const std::string& totals, const std::string& rows, int left_out = 0) {
  Event e;
  e.t = at;
  e.board = "pi";
  e.kind = event_kind::kWorkNote;
  e.body = R"({"workload":"chat","hist":{"window_s":5,"hybrid":{"rule":"length","threshold":9,)"
           R"("fallback":true,"emulated":true,"currency":"EUR","totals":)" +
           totals + R"(,"rows":[)" + rows + R"(],"left_out":)" + std::to_string(left_out) + "}}}";
  return e;
}

std::string totals(int requests, int good, int offloaded, double cost) {
  return "{\"requests\":" + std::to_string(requests) + ",\"good\":" + std::to_string(good) +
         ",\"offloaded\":" + std::to_string(offloaded) +
         ",\"cloud_asked\":" + std::to_string(offloaded) +
         ",\"cloud_failed\":0,\"unpriced\":0,\"cost\":" + std::to_string(cost) +
         R"(,"link":{"up_bytes":100,"span_s":10,"down_s":1,"outages":1}})";
}

// Words, and what edge and cloud took; both were asked by lot.
HybridRow row(double words, double edge_s, double cloud_s, bool cloud_good = true) {
  HybridRow r;
  r.words = words;
  r.served = r.drawn = true;
  r.edge = HybridAsk{true, edge_s, 10, 0.5, false};
  r.cloud = HybridAsk{cloud_good, cloud_s, 200, cloud_good ? 2.0 : 0.0, true};
  return r;
}

}  // namespace

TEST_CASE("hybrid: totals of a range are differences, and a process that began again adds up") {
  const std::vector<Event> events{told(10 * kSecond, totals(10, 10, 5, 1), ""),
                                  told(20 * kSecond, totals(30, 29, 10, 3), ""),
                                  told(30 * kSecond, totals(10, 10, 5, 2), "")};
  const auto all = hybrid_figures(events, "pi", "chat", {0, 100 * kSecond});
  REQUIRE(all);
  CHECK(all->requests == 40);
  CHECK(*all->offloaded.share == Approx(15.0 / 40));
  CHECK(*all->available.share == Approx(39.0 / 40));
  CHECK(*all->cost_per_1000 == Approx(5.0 / 40 * 1000));
  CHECK(all->rule == "length");
  CHECK(all->emulated);
  const auto late = hybrid_figures(events, "pi", "chat", {15 * kSecond, 25 * kSecond});
  CHECK(late->requests == 20);
  CHECK_FALSE(hybrid_figures(events, "pi", "other", {0, 100 * kSecond}));
  CHECK_FALSE(hybrid_figures(events, "nano", "chat", {0, 100 * kSecond}));
}

TEST_CASE("hybrid: rows are read, and what is none is counted as left out") {
  const std::string good =
      R"([1.5,"code",12,"cloud","edge",0.4,null,[1,0.2,10,0.1,0],[0,0.1,200,0,0],1])";
  const std::vector<Event> events{
      told(10 * kSecond, totals(10, 10, 5, 1),
           good + R"(,[1],"x",[1.5,"code",12,"cloud","edge",-1,null,null,null,1])", 2)};
  const auto f = hybrid_figures(events, "pi", "chat", {0, 100 * kSecond});
  REQUIRE(f->rows.size() == 1);
  CHECK(f->left_out == 5);
  CHECK(f->rows[0].to_cloud);
  CHECK_FALSE(f->rows[0].cloud->good);
  CHECK(f->rows[0].drawn);
  CHECK_FALSE(f->rows[0].confidence);
}

TEST_CASE("hybrid: an answer without a price makes the cost unknown, not lower") {
  std::string unpriced = totals(10, 10, 5, 1);
  unpriced.replace(unpriced.find("\"unpriced\":0"), 12, "\"unpriced\":1");
  const auto f =
      hybrid_figures(std::vector{told(10 * kSecond, unpriced, "")}, "pi", "chat", {0, kHour});
  CHECK_FALSE(f->cost_per_1000);
}

TEST_CASE("hybrid_sweep: one request at a threshold, by hand") {
  const HybridRow r = row(12, 1.0, 0.3);
  CHECK(replay(r, false, 12, true).latency_s == 1.0);
  const Replayed sent = replay(r, false, 11, true);
  CHECK(sent.offloaded);
  CHECK(sent.latency_s == 0.3);
  CHECK(sent.bytes == 200);
  CHECK(sent.cost == 2.0);
  const HybridRow out = row(12, 1.0, 0.3, false);  // the cloud fails after 0.3 s
  CHECK(replay(out, false, 11, true).latency_s == Approx(1.3));
  CHECK(replay(out, false, 11, true).served);
  CHECK_FALSE(replay(out, false, 11, false).served);
  HybridRow unsure = row(12, 1.0, 0.3);
  unsure.confidence = 0.4;
  CHECK(replay(unsure, true, 0.4, true).latency_s == 1.0);
  const Replayed twice = replay(unsure, true, 0.5, true);
  CHECK(twice.offloaded);
  CHECK(twice.latency_s == Approx(1.3));
  CHECK(twice.cost == Approx(2.5));
  unsure.cloud.reset();  // it may not leave
  CHECK_FALSE(replay(unsure, true, 0.5, true).offloaded);
  CHECK(replay(unsure, true, 0.5, true).served);
}

TEST_CASE("hybrid_sweep: from all to none, over those drawn by lot alone") {
  std::vector<HybridRow> rows;
  for (int i = 0; i < 100; ++i) rows.push_back(row(i, 1.0, 0.2));
  HybridRow routed = row(1000, 9.0, 9.0);
  routed.drawn = false;
  rows.push_back(routed);
  const auto sweep = sweep_threshold(rows, "length", true);
  REQUIRE(sweep);
  CHECK(sweep->requests == 100);
  CHECK(sweep->points.front().offloaded == Approx(0.99));  // a length of 0 is not above 0
  CHECK(sweep->points.back().offloaded == 0);
  CHECK(*sweep->points.back().p50_s == 1.0);
  CHECK(*sweep->points.front().p50_s == Approx(0.2));
  for (std::size_t i = 1; i < sweep->points.size(); ++i) {
    CHECK(sweep->points[i].threshold > sweep->points[i - 1].threshold);
    CHECK(sweep->points[i].offloaded <= sweep->points[i - 1].offloaded);
    CHECK(sweep->points[i].bytes_per_1000 == Approx(200'000 * sweep->points[i].offloaded));
  }
  CHECK_FALSE(sweep_threshold(std::span(rows).first(10), "length", true));
  CHECK_FALSE(sweep_threshold(rows, "label", true));
  for (HybridRow& r : rows) r.confidence = r.words / 100;
  const auto sure = sweep_threshold(rows, "confidence", true);
  CHECK(sure->points.front().offloaded == 0);
  CHECK(sure->points.back().offloaded == 1);
}
