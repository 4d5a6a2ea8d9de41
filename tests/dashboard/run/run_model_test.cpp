// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/run_model.hpp"

#include "tests/support/dashboard_run.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

TEST_CASE("A stored run is read with its judgement, marks and notes") {
  const test::WatchedRun stored;
  const auto reader = store::Reader::open(stored.path);
  REQUIRE(reader);
  KnownMarks known;
  const auto run = load_run(*reader, known);
  REQUIRE(run);
  CHECK(run->name == "watched");
  CHECK(run->state == RunState::sealed);
  CHECK(run->boards == std::vector<std::string>{"pi"});
  CHECK(run->phases.size() == 2);
  CHECK(run->whole().to >= from_seconds(test::kRunEnd) - 2 * kSecond);
  REQUIRE(run->marks.size() == 2);
  CHECK(run->marks[0].marker == Marker::diamond);
  CHECK(run->marks[1].incident);
  CHECK(run->notes.notes.size() == 1);
  REQUIRE(run->judged("pi") != nullptr);
  CHECK(run->judged("pi")->episodes.size() == 1);
  CHECK(run->judged("mars") == nullptr);
  CHECK(run->problems.empty());
}

TEST_CASE("A run that goes on has no judgement until one is asked for") {
  const test::WatchedRun stored(test::watched_run(), false);
  const auto reader = store::Reader::open(stored.path);
  REQUIRE(reader);
  KnownMarks known;
  const auto run = load_run(*reader, known);
  REQUIRE(run);
  CHECK(run->state == RunState::running);
  CHECK_FALSE(run->judgement);
}

TEST_CASE("Of a run that goes on only newer events are read, and none twice") {
  const test::WatchedRun stored(test::watched_run(), false);
  const auto reader = store::Reader::open(stored.path);
  REQUIRE(reader);
  KnownMarks known;
  REQUIRE(load_run(*reader, known)->marks.size() == 2);
  const auto seen = known.after;
  CHECK(load_run(*reader, known)->marks.size() == 2);
  CHECK(known.after == seen);
  Event late;  // an agent delivers what it kept: older than what is known
  late.t = from_seconds(10);
  late.board = "pi";
  late.kind = event_kind::kLink;
  late.body = R"({"up":false,"reason":"cable"})";
  REQUIRE(stored.writer->event(late));
  REQUIRE(stored.writer->flush());
  const auto run = load_run(*reader, known);
  REQUIRE(run->marks.size() == 3);
  CHECK(run->marks[0].up == false);
  CHECK(run->marks[0].t == from_seconds(10));
}

TEST_CASE("How a board is reached is what the newest events say") {
  RunModel run;
  run.boards = {"orin", "pi"};
  run.spec.boards.emplace_back().name = "orin";
  run.spec.boards[0].connect = "ssh://u@h";
  run.spec.boards[0].console = "/dev/ttyUSB0";
  const auto said = [&](Nanos t, const std::string& board, const char* kind, bool up) {
    Event event{t, board, kind, Severity::info, up ? R"({"up":true})" : R"({"up":false})"};
    run.marks.push_back(*mark_of(event));
  };
  said(1, "orin", "board.link", true);
  said(2, "orin", "console.link", true);
  said(3, "pi", "board.link", true);
  said(4, "orin", "board.link", false);
  const auto contacts = contacts_of(run);
  REQUIRE(contacts.size() == 2);
  CHECK(contacts[0].remote);
  CHECK(contacts[0].lost());
  CHECK(contacts[0].link->t == 4);
  CHECK(contacts[0].console->up == true);
  CHECK_FALSE(contacts[1].remote);
  CHECK_FALSE(contacts[1].lost());
  said(5, "orin", "board.link", true);
  CHECK_FALSE(contacts_of(run)[0].lost());
}

TEST_CASE("A run without samples is a second long, and stops nowhere") {
  RunModel run;
  CHECK(run.whole() == TimeRange{0, kSecond});
  CHECK_FALSE(next_stop(run, 0, true));
}

TEST_CASE("Next and previous stop at incidents and episodes") {
  RunModel run;
  run.marks.push_back({10, Marker::triangle, Severity::alarm, "", "incident", "x", true});
  run.marks.push_back({20, Marker::circle, Severity::info, "", "chamber", "x", false});
  run.judgement.emplace();
  run.judgement->boards.emplace_back();
  analysis::Episode episode;
  episode.when = {30, 40};
  run.judgement->boards[0].episodes.push_back(episode);
  CHECK(next_stop(run, 0, true) == 10);
  CHECK(next_stop(run, 10, true) == 30);
  CHECK(next_stop(run, 100, false) == 30);
  CHECK(next_stop(run, 30, false) == 10);
  CHECK_FALSE(next_stop(run, 30, true));
}

TEST_CASE("Bookkeeping makes no mark") {
  CHECK_FALSE(mark_of({0, "pi", std::string(event_kind::kFacts), Severity::info, "{}"}));
  CHECK(mark_of({0, "pi", std::string(event_kind::kBoot), Severity::info, "{}"})->incident);
}
