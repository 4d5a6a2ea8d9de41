// SPDX-License-Identifier: Apache-2.0
// Also tests: chain.cpp canonical.cpp
#include "results/store/verify.hpp"

#include <filesystem>
#include <set>

#include "tests/results/store/evidence_fixture.hpp"

namespace soakrig::store {
namespace {

std::string text_of(const std::string& path, const std::string& sql) {
  auto database = open_for_writing(path);
  const auto text = database.query_text(sql);
  REQUIRE(text);
  return *text;
}

TEST_CASE("a closed run is listed whole and is what was sealed") {
  const ClosedRun run;
  const auto found = verify(run.path);
  REQUIRE(found);
  CHECK_FALSE(found->altered);
  CHECK(found->evidence.complete);
  CHECK(found->state == RunState::sealed);
  CHECK(found->withheld == 0);
  CHECK(found->evidence.head.size() == 64);
  const auto quick = read_evidence(run.path);
  REQUIRE(quick);
  CHECK(quick->head == found->evidence.head);
  CHECK(quick->records == found->evidence.records);
  CHECK(quick->complete);
}

TEST_CASE("every table of the schema is covered, but the listing and the tail") {
  const ClosedRun run;
  std::set<std::string> covered{"evidence", "tail"}, there{"schema"};
  for (const CoveredTable& table : covered_tables()) covered.emplace(table.name);
  auto database = open_for_writing(run.path);
  auto names = database.prepare("SELECT name FROM sqlite_schema WHERE type='table'");
  REQUIRE(names);
  while (names->step().value()) there.insert(names->text(0));
  CHECK(there == covered);
  for (const CoveredTable& table : covered_tables()) {
    INFO(table.name);
    CHECK(text_of(run.path, "SELECT count(*) > 0 FROM evidence WHERE record LIKE '" +
                                std::string(table.name) + " %'") == "1");
  }
}

TEST_CASE("a canonical row is what SQLite's own hex() says") {
  const test::TempDir directory;
  auto database = Database::open(directory.file("x.db"), Database::Mode::create);
  REQUIRE(database);
  REQUIRE(
      database->execute("CREATE TABLE verdict(id INTEGER PRIMARY KEY, a ANY, b ANY, c ANY, d "
                        "ANY, e ANY) STRICT; INSERT INTO verdict VALUES(7, NULL, -3, 'a|b', "
                        "x'00ff', 0.1)"));
  const CoveredTable& table = *find_covered("verdict");
  auto row = database->prepare(select_rows(table));
  REQUIRE(row);
  REQUIRE(row->step().value());
  CHECK(canonical_row(table, *row, "") == "verdict|7|-|-3|t617C62|b00FF|r3FB999999999999A");
}

TEST_CASE("rows are listed as they are sealed, and the run's end adds only the rest") {
  WriterOptions options = test_options();
  options.rows_per_chunk = 32;
  TestRun run(options);
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  REQUIRE(run.writer->submit(source, test_rows(0, 64)));
  REQUIRE(run.writer->flush());
  const auto before = read_evidence(run.path);
  REQUIRE(before);
  CHECK_FALSE(before->complete);
  CHECK(before->records >= 5);  // a source, two channels, an axis, two chunks and their summaries
  const auto live = verify(run.path);
  REQUIRE(live);
  CHECK_FALSE(live->altered);  // what is not listed yet is new, not added
  const std::string first = text_of(run.path, "SELECT group_concat(record) FROM evidence");
  REQUIRE(run.writer->finish().value() == RunState::sealed);
  CHECK(text_of(run.path, "SELECT group_concat(record) FROM evidence").starts_with(first + ","));
  CHECK(first_altered(run.path).empty());
}

TEST_CASE("a run that is gone on with continues its listing") {
  TestRun run(test_options(), ClosedRun::dead());
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  REQUIRE(run.writer->submit(source, test_rows(0, 10)));
  REQUIRE(run.writer->flush());
  run.writer.reset();
  REQUIRE(seal(run.path).value() == RunState::interrupted);
  const auto closed = verify(run.path);
  REQUIRE(closed);
  CHECK_FALSE(closed->altered);
  CHECK(closed->evidence.complete);
  auto again = Writer::reopen(run.path, 1000 * kSecond, run.clock, test_options());
  REQUIRE(again);
  CHECK_FALSE(read_evidence(run.path)->complete);
  REQUIRE((*again)->submit(source, test_rows(50, 10)));
  REQUIRE((*again)->finish().value() == RunState::sealed);
  const auto found = verify(run.path);
  REQUIRE(found);
  CHECK_FALSE(found->altered);
  CHECK(found->evidence.complete);
  CHECK(found->evidence.head != closed->evidence.head);
}

TEST_CASE("what was removed, added or listed wrongly is named") {
  const ClosedRun run;
  const auto after = [&](const std::string& sql) {
    const std::string copy = run.directory.file("copy.soak");
    std::filesystem::copy_file(run.path, copy, std::filesystem::copy_options::overwrite_existing);
    change(copy, sql);
    return first_altered(copy);
  };
  CHECK(after("SELECT 1").empty());
  CHECK(after("DELETE FROM chunk WHERE id=2") == "chunk 2");
  CHECK(after("INSERT INTO event SELECT 99, t, board, kind, severity, body FROM event LIMIT 1") ==
        "event 99");
  CHECK(after("INSERT INTO tail VALUES(1, 0, 0, 0, 0, 0, x'')") == "tail ");
  CHECK(after("CREATE TABLE more(x)") == "schema more");
  CHECK(after("DROP INDEX axis_time") == "schema axis_time");
  CHECK(after("DELETE FROM evidence") == "evidence ");
  CHECK(after("DELETE FROM evidence WHERE record='chunk 1'") == "chunk 1");
  CHECK(after("INSERT INTO evidence(record, hash) SELECT record, hash FROM evidence WHERE "
              "record='meta id'") == "meta id");
  CHECK(after("UPDATE evidence SET record='chunk x' WHERE record='chunk 1'").starts_with("chunk"));
  CHECK(after("UPDATE evidence SET record='nonsense' WHERE id=3") == "evidence 3");
}

TEST_CASE("values that were withheld still match their hashes; other changes do not") {
  const ClosedRun run;
  const std::string salt = text_of(run.path, "SELECT v FROM meta WHERE k='salt'");
  const std::string facts = text_of(run.path, "SELECT facts FROM board");
  const auto set_facts = [&](const std::string& to) {
    auto database = open_for_writing(run.path);
    auto update = database.prepare("UPDATE board SET facts=?");
    REQUIRE(update);
    REQUIRE(update->run(to));
  };
  const std::string kept =
      "{\"model\":\"Orin\",\"serial\":\"withheld:" + lower_hex(sha256(salt + "|serial|A-17")) +
      "\"}";
  set_facts(kept);
  const auto found = verify(run.path);
  REQUIRE(found);
  CHECK_FALSE(found->altered);
  CHECK(found->withheld == 1);
  set_facts(R"({"model":"Orin","serial":"A-18"})");
  CHECK(first_altered(run.path) == "board 1");
  set_facts(facts);
  CHECK(first_altered(run.path).empty());
}

TEST_CASE("a file of version 1 has nothing to be compared with, and says so") {
  ClosedRun run;
  change(run.path, "DROP TABLE evidence; DELETE FROM meta WHERE k='salt'; PRAGMA user_version=1");
  const auto found = verify(run.path);
  REQUIRE(found);
  CHECK_FALSE(found->altered);
  CHECK(found->evidence.head.empty());
  CHECK_FALSE(found->evidence.complete);
  CHECK(run.reader().series(0).value().size() == 80);
}

TEST_CASE("an interrupted run of version 1 goes on as it was") {
  TestRun run(test_options(), ClosedRun::dead());
  run.writer->add_source(kRigBoard, test_source());
  REQUIRE(run.writer->flush());
  run.writer.reset();
  change(run.path, "DROP TABLE evidence; DELETE FROM meta WHERE k='salt'; PRAGMA user_version=1");
  auto again = Writer::reopen(run.path, 1000 * kSecond, run.clock, test_options());
  REQUIRE(again);
  REQUIRE((*again)->submit(0, test_rows(0, 10)));
  REQUIRE((*again)->finish().value() == RunState::sealed);
  CHECK(run.reader().schema_version() == 1);
  CHECK(read_evidence(run.path)->head.empty());
}

TEST_CASE("what is signed is four lines of text") {
  Evidence evidence;
  evidence.records = 12;
  evidence.head = "ab";
  CHECK(manifest("20260301-x", evidence) ==
        "soakrig-evidence 1\nrun 20260301-x\nrecords 12\nhead ab\n");
}

}  // namespace
}  // namespace soakrig::store
