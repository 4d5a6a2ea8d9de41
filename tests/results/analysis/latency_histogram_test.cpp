// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/latency_histogram.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::analysis;

namespace {

Event hist(Nanos t, const std::string& series, const std::string& workload = "chat",
           const std::string& board = "pi") {
  return {t, board, "work.note", Severity::info,
          R"({"workload":")" + workload + R"(","hist":{"window_s":2,"series":)" + series + "}}"};
}

std::string ttft(const std::string& buckets, double max = 9) {
  return R"({"ttft":{"least":1,"ratio":2,"count":0,"max":)" + std::to_string(max) +
         R"(,"buckets":)" + buckets + "}}";
}

std::map<std::string, LatencySummary> of(const std::vector<Event>& events) {
  return histogram_latency(events, "pi", "chat", {0, kMinute});
}

}  // namespace

TEST_CASE("histograms of a range add up, bucket by bucket") {
  // The second window has its middle in the range, the third has not.
  const auto out =
      of({hist(kSecond, ttft("[[0,90],[3,2]]")),
          hist(kMinute + kSecond / 2, ttft("[[1,7],[3,1]]", 12)),
          hist(2 * kMinute, ttft("[[9,500]]")), hist(kSecond, ttft("[[9,500]]"), "other"),
          hist(kSecond, ttft("[[9,500]]"), "chat", "elsewhere")});
  REQUIRE(out.size() == 1);
  const LatencySummary& l = out.at("ttft");
  CHECK(l.n == 100);
  CHECK(l.unit == "s");
  CHECK(l.p50 == Approx(std::sqrt(2.0)));
  CHECK(l.p90 == Approx(std::sqrt(2.0)));
  CHECK(l.p99 == Approx(8 * std::sqrt(2.0)));
  CHECK(l.max == 12);
}

TEST_CASE("another scale cannot be added, and nonsense tells nothing") {
  CHECK(of({hist(kSecond, ttft("[[0,5]]")),
            hist(kSecond, R"({"ttft":{"least":2,"ratio":2,"max":9,"buckets":[[0,5]]}})")})
            .at("ttft")
            .n == 5);
  for (const char* series :
       {"3", "{\"ttft\":7}", "{\"ttft\":{}}", R"({"ttft":{"least":1,"ratio":2}})",
        R"({"ttft":{"least":0,"ratio":2,"buckets":[[0,1]]}})",
        R"({"ttft":{"least":1,"ratio":1,"buckets":[[0,1]]}})",
        R"({"ttft":{"least":1,"ratio":2,"buckets":[[-1,1],[0,-1],[0],["a",1],[9e9,1]]}})",
        R"({"ttft":{"least":1,"ratio":2,"buckets":[[999999999,1]]}})"}) {
    INFO(series);
    CHECK(of({hist(kSecond, series)}).empty());
  }
  CHECK(of({{1, "pi", "work.note", Severity::info, "{\"hist\""}}).empty());
  CHECK(of({{1, "pi", "work.note", Severity::info, "\"hist\""}}).empty());
}
