// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/fallback.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::analysis;

namespace {

Event note(const std::string& said, const std::string& workload = "vision",
           const std::string& board = "pi") {
  return {kSecond, board, std::string(event_kind::kWorkNote), Severity::info,
          R"({"workload":")" + workload + R"(","event":)" + said + "}"};
}

}  // namespace

TEST_CASE("a fallback names the part, where it ran and what was asked") {
  const std::vector<Event> events{
      note(R"({"fallback":{"part":"conv_12","ran_on":"GPU","asked":"DLA"}})"),
      note(R"({"fallback":{"part":null,"ran_on":"CPU"}})")};
  CHECK(fallback_of(events, "pi", "vision") ==
        "part of the model ran elsewhere than asked: conv_12 on GPU instead of DLA; a part that is "
        "not named on CPU");
}

TEST_CASE("what others say, or what is no fallback, is none") {
  const std::vector<Event> events{note(R"({"fallback":{"part":"a"}})", "other"),
                                  note(R"({"fallback":{"part":"a"}})", "vision", "other"),
                                  note(R"({"fallback":"a"})"), note(R"({"golden":{}})"), note("7")};
  CHECK(fallback_of(events, "pi", "vision").empty());
}

TEST_CASE("many parts are counted") {
  std::vector<Event> events;
  for (int i = 0; i < 5; ++i) {
    events.push_back(note(R"({"fallback":{"part":"l)" + std::to_string(i) + R"("}})"));
  }
  CHECK(fallback_of(events, "pi", "vision") ==
        "part of the model ran elsewhere than asked: l0; l1; l2; and 2 more");
}
