// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/canary.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

GreedyAnswer answer(std::initializer_list<std::pair<const char*, double>> tokens) {
  GreedyAnswer out;
  for (const auto& [text, gap] : tokens) out.push_back({text, gap});
  return out;
}

const GreedyAnswer kCold = answer({{"the", 3}, {" pump", 0.02}, {" runs", 2}});

}  // namespace

TEST_CASE("an answer that stayed what it was is the same, also in its second accepted form") {
  const GreedyAnswer other = answer({{"the", 3}, {" valve", 0.1}, {" shuts", 2}});
  Canary canary({kCold, kCold, kCold, other});
  CHECK(canary.off_because().empty());
  CHECK(canary.judge(kCold).finding == Canary::Finding::same);
  CHECK(canary.judge(other).finding == Canary::Finding::same);
  CHECK(canary.counts().asked == 2);
  CHECK(canary.counts().tokens == 6);
  CHECK(*canary.counts().upper_per_million() == Approx(2.9957 / 6 * 1e6).epsilon(0.001));
}

TEST_CASE("a difference at a near-tie is numeric, one at a clear choice is suspected corruption") {
  Canary canary({kCold, kCold});
  CHECK(canary.margin() == 0.05);
  const auto tie = canary.judge(answer({{"the", 3}, {" tank", 0.01}, {" runs", 2}}));
  CHECK(tie.finding == Canary::Finding::near_tie);
  CHECK(tie.at == 1);
  const auto wrong = canary.judge(answer({{"the", 3}, {" pump", 0.02}, {" sings", 2}}));
  CHECK(wrong.finding == Canary::Finding::ask_again);
  CHECK(wrong.at == 2);
  CHECK(*wrong.gap == 2);
  CHECK(wrong.expected == " runs");
  CHECK(wrong.got == " sings");
  CHECK(canary.counts().near_ties == 1);
  CHECK(canary.counts().suspected == 1);
  CHECK(canary.give_up()->finding == Canary::Finding::suspected);
  CHECK(canary.judge(answer({{"the", 3}})).finding == Canary::Finding::near_tie);
  CHECK(canary.judge(answer({{"the", 3}, {" pump", 0.02}, {" runs", 2}, {"!", 1}})).finding ==
        Canary::Finding::ask_again);
}

TEST_CASE("a clear difference is asked about three times before it accuses") {
  const GreedyAnswer wrong = answer({{"the", 3}, {" pump", 0.02}, {" sings", 2}});
  const GreedyAnswer other = answer({{"a", 3}});
  struct Case {
    std::vector<GreedyAnswer> again;
    int repeated, accepted;
  };
  for (const Case& each : {Case{{kCold, kCold, kCold}, 0, 3}, Case{{wrong, wrong, wrong}, 3, 0},
                           Case{{wrong, other, kCold}, 1, 1}}) {
    Canary canary({kCold, kCold});
    CHECK(canary.judge(wrong).finding == Canary::Finding::ask_again);
    CHECK(canary.judge(each.again[0]).finding == Canary::Finding::ask_again);
    CHECK(canary.judge(each.again[1]).finding == Canary::Finding::ask_again);
    const auto said = canary.judge(each.again[2]);
    CHECK(said.finding == Canary::Finding::suspected);
    CHECK(said.got == " sings");  // of the first
    CHECK(said.reruns == kCanaryReruns);
    CHECK(said.repeated == each.repeated);
    CHECK(said.accepted == each.accepted);
    CHECK(canary.counts().suspected == 1);
    CHECK(canary.judge(kCold).finding == Canary::Finding::same);  // the trial is over
    CHECK_FALSE(canary.give_up());
  }
  Canary cut_short({kCold, kCold});
  static_cast<void>(cut_short.judge(wrong));
  static_cast<void>(cut_short.judge(wrong));
  const auto said = cut_short.give_up();
  REQUIRE(said);
  CHECK(said->finding == Canary::Finding::suspected);
  CHECK(said->reruns == 1);
  CHECK(said->repeated == 1);
}

TEST_CASE("ties seen among the cold answers widen the margin") {
  const Canary canary({kCold, kCold, kCold, answer({{"a", 1}})});
  CHECK(canary.margin() == 6);
}

TEST_CASE("where nothing can be judged the canary is off and says why") {
  CHECK_FALSE(Canary({}).off_because().empty());
  CHECK(Canary({{{"the pump runs", std::nullopt}}}).off_because().find("probabilities") !=
        std::string::npos);
  Canary noisy({kCold, answer({{"a", 1}}), answer({{"b", 1}})});
  CHECK(noisy.off_because().find("not deterministic") != std::string::npos);
  CHECK(noisy.judge(kCold).finding == Canary::Finding::off);
  CHECK_FALSE(noisy.counts().upper_per_million());
}

TEST_CASE("an answer's tokens come with how clear each choice was") {
  const auto parsed = parse_greedy(
      R"({"choices":[{"message":{"content":"ab"},"logprobs":{"content":[)"
      R"({"token":"a","logprob":-0.1,"top_logprobs":[{"token":"a","logprob":-0.1},{"token":"x","logprob":-2.1}]},)"
      R"({"token":"b","logprob":-0.7,"top_logprobs":[{"token":"c","logprob":-0.6},{"token":"b","logprob":-0.7}]},)"
      R"({"token":"d","logprob":-0.7,"top_logprobs":[]}]}}]})");
  REQUIRE(parsed);
  REQUIRE(parsed->size() == 3);
  CHECK(*(*parsed)[0].gap == Approx(2.0));
  CHECK(*(*parsed)[1].gap == 0);
  CHECK_FALSE((*parsed)[2].gap);
  const auto plain = parse_greedy(R"({"choices":[{"message":{"content":"ab"},"logprobs":null}]})");
  CHECK(plain->front().text == "ab");
  for (const char* body :
       {"", "[]", "{}", R"({"choices":[]})", R"({"choices":[3]})",
        R"({"choices":[{"logprobs":{"content":[7]}}]})", R"({"choices":[{}]})"}) {
    INFO(body);
    CHECK_FALSE(parse_greedy(body));
  }
}
