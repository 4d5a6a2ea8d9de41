// SPDX-License-Identifier: Apache-2.0
#include "results/store/reopen.hpp"

#include "results/store/database.hpp"
#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

RunHeader dead_owner() {
  RunHeader header = test_header();
  header.owner.start_time += 1;
  return header;
}

// A run whose owner died: a board, two sources, ten rows and a cursor.
struct Interrupted : TestRun {
  BoardId board = 0;
  SourceId first = 0, second = 0;
  Interrupted() : TestRun(test_options(), dead_owner()) {
    board = writer->add_board("edge", "{}");
    first = writer->add_source(kRigBoard, test_source("chamber"));
    second = writer->add_source(board, test_source("thermal"));
    REQUIRE(writer->submit(second, test_rows(0, 10), Cursor{board, "stream", 7}));
    REQUIRE(writer->journal("dwell", "{}"));
    writer.reset();
  }
};

TEST_CASE("an interrupted run goes on: rows, ids, cursors and journal continue") {
  Interrupted run;
  {
    auto again = Writer::reopen(run.path, 1000 * kSecond, run.clock, test_options());
    REQUIRE(again);
    CHECK(run.reader().state().value() == RunState::running);
    CHECK((*again)->add_board("edge", "{}") == run.board);
    CHECK((*again)->add_source(run.board, test_source("thermal")) == run.second);
    const SourceId third = (*again)->add_source(run.board, test_source("power", 3));
    CHECK(third == 2);
    // The old agent tells again what is stored already, then goes on.
    REQUIRE((*again)->submit(run.second, test_rows(0, 10), Cursor{run.board, "stream", 7}));
    REQUIRE((*again)->submit(run.second, test_rows(50, 5), Cursor{run.board, "stream", 8}));
    REQUIRE((*again)->submit(third, test_rows(50, 5, 3)));
    REQUIRE((*again)->journal("resumed", "{}"));
    REQUIRE((*again)->finish().value() == RunState::sealed);
  }
  const Reader reader = run.reader();
  const auto rows = reader.source_rows(run.second);
  REQUIRE(rows);
  REQUIRE(rows->batch.rows() == 15);
  CHECK(rows->batch.value(9, 1) == test_value(9, 1));
  CHECK(rows->batch.value(10, 1) == test_value(50, 1));
  CHECK(reader.channels().value().size() == 7);
  const auto journal = reader.journal().value();
  REQUIRE(journal.size() == 2);
  CHECK(journal[1].seq == 2);
  CHECK(journal[1].state == "resumed");
}

TEST_CASE("a run that lives or has ended is not taken over") {
  TestRun run;
  CHECK(take_over(run.path, this_process()).error().code == Errc::busy);
  REQUIRE(run.writer->finish());
  const auto ended = take_over(run.path, this_process());
  REQUIRE_FALSE(ended);
  CHECK(ended.error().code == Errc::busy);
}

TEST_CASE("of two that take a run over, the second is refused") {
  Interrupted run;
  REQUIRE(take_over(run.path, this_process()));
  CHECK(take_over(run.path, this_process()).error().code == Errc::busy);
}

TEST_CASE("a file whose numbering is broken is refused, and left as it was") {
  Interrupted run;
  {
    auto database = Database::open(run.path, Database::Mode::read_write);
    REQUIRE(database);
    REQUIRE(database->execute("UPDATE source SET id=9 WHERE id=1"));
  }
  const auto refused = take_over(run.path, this_process());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::corrupt);
  CHECK(run.reader().state().value() == RunState::interrupted);
}

}  // namespace
}  // namespace soakrig::store
