// SPDX-License-Identifier: Apache-2.0
#include "workloads/hybrid/wan_model.hpp"

#include <algorithm>
#include <vector>

#include "tests/support/catch.hpp"
#include "workloads/hybrid/token_bucket.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

TEST_CASE("wan_model: outages and stalls take the shares that their means say") {
  WanSettings s;
  s.outages = {9 * kSecond, kSecond};
  s.stalls = {3 * kSecond, kSecond};
  s.seed = 5;
  WanModel model(s);
  static_cast<void>(model.at(100'000 * kSecond));
  const auto& passed = model.passed();
  CHECK(passed.span == 100'000 * kSecond);
  // A renewal process: three sigma of the share over this time are 0.004 and 0.006.
  CHECK(to_seconds(passed.down) / 1e5 == Approx(0.1).margin(0.004));
  CHECK(to_seconds(passed.stalled) / 1e5 == Approx(0.25).margin(0.006));
  CHECK(static_cast<double>(passed.outages) == Approx(10'000).margin(300));
}

TEST_CASE("wan_model: the same seed gives the same link, however often it is asked") {
  WanSettings s;
  s.outages = {2 * kSecond, kSecond};
  s.stalls = {kSecond, 100 * kMillisecond};
  WanModel once(s), often(s);
  for (Nanos t = 0; t <= 500 * kSecond; t += 7 * kMillisecond) static_cast<void>(often.at(t));
  static_cast<void>(often.at(500 * kSecond));
  static_cast<void>(once.at(500 * kSecond));
  CHECK(once.passed().down == often.passed().down);
  CHECK(once.passed().stalled == often.passed().stalled);
  CHECK(once.passed().outages == often.passed().outages);
  s.seed = 2;
  WanModel another(s);
  static_cast<void>(another.at(500 * kSecond));
  CHECK(another.passed().down != once.passed().down);
}

TEST_CASE("wan_model: a trace holds row by row and is repeated") {
  WanSettings s;
  s.trace = parse_link_trace("t_s,rtt_ms,kbit_s,loss\n10,40,800,0\n12,,,\n13,60,,0.1\n15,1,1,0\n",
                             "l.csv")
                .value();
  REQUIRE(check_wan(s));
  WanModel model(s);
  CHECK(model.at(0).rtt_s == Approx(0.040));
  CHECK(model.at(0).up_rate == 100'000);
  CHECK(model.at(kSecond).until == 2 * kSecond);
  CHECK_FALSE(model.at(2 * kSecond).up);
  CHECK(model.at(3 * kSecond).rtt_s == Approx(0.060));
  CHECK(model.at(4 * kSecond).down_rate == 0);
  CHECK(model.at(5 * kSecond).rtt_s == Approx(0.040));  // again from its beginning
  CHECK_FALSE(model.at(7 * kSecond + 1).up);
  CHECK(model.passed().outages == 2);
  CHECK(model.passed().down == kSecond + 1);
}

TEST_CASE("wan_model: delays keep to the round trip and its jitter, and a loss costs another") {
  LinkState state;
  state.rtt_s = 0.1;
  state.jitter_s = 0.04;
  DelayDraw draw(3);
  double sum = 0, least = 1, most = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double there = to_seconds(draw.one_way(state, 100) + draw.one_way(state, 100));
    sum += there;
    least = std::min(least, there);
    most = std::max(most, there);
  }
  CHECK(sum / 1e4 == Approx(0.1).margin(0.0005));
  CHECK(least >= 0.08);
  CHECK(most <= 0.12);
  CHECK(most - least > 0.035);
  state.jitter_s = 0;
  state.loss = 0.02;
  int lost = 0;
  for (int i = 0; i < 10'000; ++i) lost += draw.one_way(state, 3000) > 100 * kMillisecond ? 1 : 0;
  CHECK(lost == Approx(1e4 * (1 - 0.98 * 0.98 * 0.98)).margin(75));  // three segments
}

TEST_CASE("wan_model: what cannot be is one error") {
  CHECK(parse_recurring("20s:2s").value().lasts == 2 * kSecond);
  for (const char* bad : {"", "20s", "20s:", "0s:1s", "20:2"}) CHECK_FALSE(parse_recurring(bad));
  WanSettings s;
  CHECK(s.transparent());
  s.jitter = kMillisecond;
  CHECK_FALSE(check_wan(s));
  s.rtt = kMillisecond;
  CHECK(check_wan(s));
  s.up_rate = 1;
  CHECK_FALSE(check_wan(s));
  s = {};
  s.loss = 0.6;
  CHECK_FALSE(check_wan(s));
  s = {};
  s.trace = {{0, 40, {}, {}}, {1, 40, {}, {}}};
  CHECK(check_wan(s));
  s.rtt = kMillisecond;
  CHECK_FALSE(check_wan(s));
  s.rtt = 0;
  s.trace[0].kbit_s = 0;
  CHECK_FALSE(check_wan(s));
  s.trace[0].kbit_s.reset();
  s.trace[0].down_kbit_s = 0.1;
  CHECK_FALSE(check_wan(s));
}

TEST_CASE("wan_model: a trace with a speed downwards has it there, else the same both ways") {
  WanSettings s;
  s.trace =
      parse_link_trace("t_s,rtt_ms,kbit_s,down_kbit_s\n0,40,800,8000\n1,40,800,\n2,40,,\n", "l.csv")
          .value();
  REQUIRE(check_wan(s));
  WanModel model(s);
  CHECK(model.at(0).up_rate == 100'000);
  CHECK(model.at(0).down_rate == 1'000'000);
  CHECK(model.at(kSecond).down_rate == 100'000);
}

TEST_CASE("token_bucket: no span holds more than the burst and what the rate gives") {
  TokenBucket bucket(4000, 0);
  const double rate = 100'000;
  std::vector<std::pair<Nanos, double>> passed;
  Nanos now = 0;
  for (int i = 0; i < 500; ++i) {
    now += (i % 50 == 0 ? 100 : 3) * kMillisecond;
    const std::size_t bytes = 200 + static_cast<std::size_t>(i * 37 % 1200);
    passed.emplace_back(bucket.pass(now, bytes, rate), static_cast<double>(bytes));
  }
  CHECK(std::ranges::is_sorted(passed, {}, [](const auto& each) { return each.first; }));
  double worst = 0;
  for (std::size_t from = 0; from < passed.size(); ++from) {
    double sum = 0;
    for (std::size_t to = from; to < passed.size(); ++to) {
      sum += passed[to].second;
      worst = std::max(worst, sum - rate * to_seconds(passed[to].first - passed[from].first));
    }
  }
  CHECK(worst <= 4000 + 1400 + 1);  // the first of a span may itself have been waited for
  CHECK(worst > 3500);              // and the burst is used
  CHECK(TokenBucket(10, 0).pass(5, 1'000'000, 0) == 5);
}
