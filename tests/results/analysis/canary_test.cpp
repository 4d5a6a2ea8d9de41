// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/canary.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::analysis;

namespace {

constexpr Interval kDwell{kMinute, 2 * kMinute};

Event ready(Nanos t, const std::string& state, const std::string& workload = "chat",
            const std::string& accepted = "1") {
  return {t, "pi", "work.ready", Severity::info,
          R"({"workload":")" + workload + R"(","facts":{"canary":")" + state +
              R"(","canary_accepted":")" + accepted + R"("}})"};
}

Event counts(Nanos t, int asked, int suspected, int tokens, const std::string& board = "pi") {
  return {t, board, "work.note", Severity::info,
          R"({"workload":"chat","hist":{"window_s":5,"series":{},"canary":{"asked":)" +
              std::to_string(asked) + R"(,"same":)" + std::to_string(asked - suspected) +
              R"(,"near_ties":0,"suspected":)" + std::to_string(suspected) + R"(,"tokens":)" +
              std::to_string(tokens) + R"(,"upper_per_million":7}}})"};
}

std::optional<CanaryFigures> of(const std::vector<Event>& events) {
  return canary_of(events, "pi", "chat", kDwell);
}

}  // namespace

TEST_CASE("of the totals of a canary only what came in the range counts") {
  const auto found = of({ready(kSecond, "on, ties up to 0.05 nats"), counts(50 * kSecond, 10, 0, 100),
                         counts(80 * kSecond, 14, 1, 140), counts(90 * kSecond, 20, 1, 200),
                         counts(85 * kSecond, 999, 9, 9999, "other"),
                         counts(3 * kMinute, 70, 5, 700)});
  REQUIRE(found);
  CHECK(found->off.empty());
  CHECK(found->asked == 10);
  CHECK(found->suspected == 1);
  CHECK(found->same == 9);
  CHECK(found->tokens == 100);
}

TEST_CASE("the accepted outputs are those of the last start; a number that is none is unknown") {
  const auto last = of({ready(kSecond, "on"), ready(2 * kSecond, "on", "chat", "3"),
                        ready(3 * kMinute, "on", "chat", "4"), ready(2 * kSecond, "on", "other", "5")});
  REQUIRE(last);
  CHECK(last->accepted == 3u);
  for (const char* odd : {"", "-1", "2x", "99999999999999999999999"}) {
    INFO(odd);
    CHECK_FALSE(of({ready(kSecond, "on", "chat", odd)})->accepted);
  }
}

TEST_CASE("an instance that was started again counts from nothing") {
  const auto found = of({counts(70 * kSecond, 10, 1, 100), counts(80 * kSecond, 3, 0, 30)});
  REQUIRE(found);
  CHECK(found->asked == 13);
  CHECK(found->tokens == 130);
  CHECK(found->suspected == 1);
}

TEST_CASE("the bound is three in n where nothing was seen, and grows with what was") {
  CanaryFigures figures;
  CHECK_FALSE(figures.upper_per_million());
  figures.tokens = 1'000'000;
  CHECK(*figures.upper_per_million() == Approx(2.9957).epsilon(1e-4));
  figures.suspected = 1;
  CHECK(*figures.upper_per_million() == Approx(4.7439).epsilon(1e-4));
}

TEST_CASE("a canary that is off says why; where none was asked for there is none") {
  const auto off = of({ready(kSecond, "off: the engine tells no probabilities")});
  REQUIRE(off);
  CHECK(off->off == "the engine tells no probabilities");
  CHECK_FALSE(off->upper_per_million());
  CHECK_FALSE(of({}));
  CHECK_FALSE(of({ready(kSecond, "on", "another")}));
  for (const char* body :
       {"{\"canary\"", R"({"workload":"chat","hist":{"canary":3}})",
        R"({"workload":"chat","hist":"canary","canary":{}})", R"({"workload":"chat","canary":{}})"}) {
    INFO(body);
    CHECK_FALSE(of({{70 * kSecond, "pi", "work.note", Severity::info, body}}));
  }
  const auto wild = of({{70 * kSecond, "pi", "work.note", Severity::info,
                         R"({"workload":"chat","hist":{"canary":{"asked":-5,"tokens":1e300}}})"}});
  REQUIRE(wild);
  CHECK(wild->asked == 0);
}
