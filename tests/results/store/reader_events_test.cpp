// SPDX-License-Identifier: Apache-2.0
#include "results/store/reader.hpp"
#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

TEST_CASE("events are filtered and ordered by time") {
  TestRun run;
  run.writer->add_board("b", "{}");
  const auto say = [&](Nanos t, const char* board, const char* kind, Severity severity) {
    REQUIRE(run.writer->event({t, board, kind, severity, R"({"x":1})"}));
  };
  say(30, "b", "incident", Severity::alarm);
  say(10, "", "operator", Severity::info);
  say(20, "b", "gap", Severity::warning);
  REQUIRE(run.writer->flush());
  const Reader reader = run.reader();
  const auto kinds = [&](const EventFilter& filter) {
    std::string out;
    for (const StoredEvent& stored : reader.events(filter).value()) out += stored.event.kind + " ";
    return out;
  };
  CHECK(kinds({}) == "operator gap incident ");
  EventFilter filter;
  filter.from = 20;
  filter.to = 29;
  CHECK(kinds(filter) == "gap ");
  filter = {};
  filter.board = "";
  CHECK(kinds(filter) == "operator ");
  filter.board = "b";
  filter.min_severity = Severity::alarm;
  CHECK(kinds(filter) == "incident ");
  filter = {};
  filter.kind = "gap";
  CHECK(kinds(filter) == "gap ");
  filter = {};
  filter.without = "gap";
  CHECK(kinds(filter) == "operator incident ");
  filter = {};
  filter.after_id = 1;
  CHECK(kinds(filter) == "operator gap ");  // as they arrived
  filter.limit = 1;
  CHECK(kinds(filter) == "operator ");
}

TEST_CASE("events come in their order however many there are, and hold up nothing") {
  TestRun run;
  run.writer->add_board("b", "{}");
  const std::string body = R"({"x":")" + std::string(3000, 'x') + "\"}";
  constexpr int kEvents = 5000;  // more than one piece, by their number and by their size
  for (int i = 0; i < kEvents; ++i) {
    REQUIRE(run.writer->event({kEvents - i, "b", "note", Severity::info, body}));
  }
  REQUIRE(run.writer->flush());
  const Reader reader = run.reader();
  Nanos last = 0;
  int seen = 0;
  std::optional<RunState> ended;
  REQUIRE(reader.each_event({}, [&](const StoredEvent& stored) {
    CHECK(stored.event.t == last + 1);
    last = stored.event.t;
    if (++seen == 10) ended = run.writer->finish().value();
  }));
  CHECK(seen == kEvents);
  CHECK(ended == RunState::sealed);  // no reader was in the way of its end
}

}  // namespace
}  // namespace soakrig::store
