// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/answerer.hpp"

#include <filesystem>
#include <fstream>

#include "tests/support/dashboard_screen.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;
using soakrig::test::WatchedScreen;

namespace {
const auto kNever = [] { return false; };
}

TEST_CASE("A live run is read anew when it grew, one that is sealed is not; its notes are") {
  WatchedScreen live(false);
  live.refresh();  // by now it knows the board's name
  const auto first = live.screen.answer;
  live.time.advance(kSecond);
  live.refresh();
  CHECK(same_picture(*first, *live.screen.answer));
  CHECK(live.screen.answer->number == first->number);  // nothing was worked out again

  Event event;
  event.kind = "operator.note";
  REQUIRE(live.stored.writer->event(event));
  REQUIRE(live.stored.writer->flush());
  live.time.advance(kSecond);
  live.refresh();
  const auto second = live.screen.answer->runs[0].model;
  CHECK(second != first->runs[0].model);
  // Without news it is looked at now and then: its owner may have died.
  live.time.advance(4 * kSecond);
  live.refresh();
  CHECK(live.screen.answer->runs[0].model != second);

  WatchedScreen sealed;
  sealed.refresh();  // by now it knows the board's name
  const auto before = sealed.screen.answer;
  sealed.time.advance(kMinute);
  sealed.refresh();
  CHECK(same_picture(*before, *sealed.screen.answer));
  store::Note note;
  note.author = "qa", note.text = "later";
  REQUIRE(store::append_note(sealed.stored.path, note));
  sealed.time.advance(kMinute);
  sealed.refresh();
  CHECK(sealed.screen.run()->notes.notes.size() == 2);
  CHECK_FALSE(same_picture(*before, *sealed.screen.answer));
}

TEST_CASE("A live run gets a judgement without a verdict, worked out when there is time") {
  WatchedScreen live(false);
  REQUIRE(live.screen.run()->judgement);
  CHECK_FALSE(live.screen.run()->judgement->verdict);
  CHECK(live.screen.run()->judged("pi")->episodes.size() == 1);
}

TEST_CASE("A file that cannot be read is an error with its name; others go on") {
  WatchedScreen w;
  const std::string broken = w.stored.directory.file("broken.soak");
  w.stored.directory.write("broken.soak", "no database, but long enough to be looked at as one");
  Query query;
  query.view = ViewKind::fleet;
  query.runs = {broken, w.stored.path, w.stored.directory.file("none.soak")};
  Answerer answerer(w.time);
  const Answer answer = answerer.answer(query, kNever);
  REQUIRE(answer.runs.size() == 3);
  CHECK(answer.runs[0].error->file == broken);
  CHECK_FALSE(answer.runs[0].model);
  CHECK(answer.runs[1].model);
  CHECK(answer.runs[2].error);
  CHECK(answer.plots.size() == 3);
}

TEST_CASE("A file that is damaged while it is shown leaves the last good data") {
  WatchedScreen w(false);
  REQUIRE(w.stored.writer->finish());
  w.time.advance(kSecond);
  Query query = query_of(w.screen, 100);
  {
    std::ofstream file(w.stored.path, std::ios::binary | std::ios::trunc);
    file << "gone";
  }
  const Answer answer = w.answerer.answer(query, kNever);
  CHECK(answer.runs[0].error);
  REQUIRE(answer.runs[0].model);
  CHECK(answer.runs[0].model->name == "watched");
}

TEST_CASE("Following asks for the newest; comparison lays runs over one another") {
  WatchedScreen w(false);
  Query query = query_of(w.screen, 100);
  query.follow = kMinute;
  const Answer answer = w.answerer.answer(query, kNever);
  CHECK(answer.range.to == w.screen.run()->last);
  CHECK(answer.range.length() == kMinute);
  query.follow.reset();
  query.view = ViewKind::compare;
  query.align = AlignBy::dwell;
  query.runs = {w.stored.path, w.stored.path};
  const Answer both = w.answerer.answer(query, kNever);
  REQUIRE(both.plots.size() == 2);
  CHECK(both.plots[0].size() == 3);
  CHECK(both.plots[0][0].views[0].bins == both.plots[1][0].views[0].bins);
}

TEST_CASE("A run without samples, and one with a single one, are answered") {
  auto view = test::watched_run();
  view.boards[0].channels.clear();
  view.phases.clear();
  view.events.clear();
  view.now = 0;
  const test::WatchedRun none(view, false);
  FakeClock clock;
  Answerer answerer(clock);
  Query query;
  query.runs = {none.path};
  const Answer answer = answerer.answer(query, kNever);
  REQUIRE(answer.runs[0].model);
  CHECK(answer.plots[0].empty());

  const test::Plant one =
      std::move(test::Plant("pi").channel("soc.temperature", "Cel", test::constant(50), 0, 0.5));
  const test::WatchedRun single(test::make_run({one.board()}, {{"soak", 1}}), false);
  query.runs = {single.path};
  const Answer small = answerer.answer(query, kNever);
  REQUIRE(small.plots[0].size() == 1);
  CHECK(small.plots[0][0].views[0].bins.size() >= 1);
}

TEST_CASE("Ten thousand channels with names of every length are answered") {
  const test::TempDir dir;
  FakeClock clock;
  auto writer = store::Writer::create(
      dir.path().string(), test::stored_header(test::watched_run(), "20260301-120000-0a1b2c3e"),
      clock);
  REQUIRE(writer);
  const auto board = (*writer)->add_board("板 " + std::string(500, 'x'), "{}");
  SourceInfo source{"many", kSecond, {}};
  for (int i = 0; i < 10'000; ++i)
    source.channels.push_back({"many.c" + std::to_string(i), "1", "", Provenance::measured, ""});
  const auto id = (*writer)->add_source(board, source);
  Batch batch;
  batch.columns = 10'000;
  batch.taken = {kSecond};
  batch.values.assign(10'000, 1);
  REQUIRE((*writer)->submit(id, std::move(batch)));
  REQUIRE((*writer)->flush());
  Answerer answerer(clock);
  Query query;
  query.runs = {(*writer)->path()};
  query.pinned = {"many.c9999"};
  const Answer answer = answerer.answer(query, kNever);
  REQUIRE(answer.runs[0].model);
  CHECK(answer.runs[0].model->channels.size() == 10'000);
  CHECK(answer.plots[0][0].spec.title == "many.c9999");
}

TEST_CASE("Statistics of a selection have the speed over its whole windows too") {
  WatchedScreen w;
  w.screen.marks.selection = TimeRange{from_seconds(100), from_seconds(300)};
  w.refresh();
  const auto& all = w.screen.answer->statistics;
  const auto speed = std::ranges::find(all, std::string("speed of chat"), &RangeStatistics::label);
  REQUIRE(speed != all.end());
  CHECK(speed->n > 10);
  CHECK(speed->mean == Approx(20).epsilon(0.01));
  CHECK(speed->coverage > 0.9);
  // Shorter than a window: told, not made up.
  w.screen.marks.selection = TimeRange{from_seconds(100), from_seconds(101)};
  w.refresh();
  CHECK(w.screen.answer->statistics[0].n == 0);
}

TEST_CASE("A wall of more runs than are kept otherwise is answered") {
  WatchedScreen w;
  Query query;
  query.view = ViewKind::fleet;
  for (int i = 0; i < 40; ++i) {
    const std::string copy = w.stored.directory.file("copy" + std::to_string(i) + ".soak");
    std::filesystem::copy_file(w.stored.path, copy);
    query.runs.push_back(copy);
  }
  const Answer answer = w.answerer.answer(query, kNever);
  REQUIRE(answer.plots.size() == 40);
  for (const auto& plots : answer.plots) CHECK(plots.size() == 2);
}
