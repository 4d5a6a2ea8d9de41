// SPDX-License-Identifier: Apache-2.0
#include "results/store/sequence.hpp"

#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

ArchivedRun run(const std::string& id, std::vector<ArchivedBoard> boards, bool aborted = false,
                const std::string& head = "head") {
  ArchivedRun out;
  out.header.id = id;
  out.boards = std::move(boards);
  out.aborted = aborted;
  out.head = head.empty() ? "" : head + "-" + id;
  return out;
}

ArchivedBoard board(const std::string& serial, const std::string& name = "left") {
  return {name, "Orin", serial, ""};
}

// Of A-17: first, aborted, then third; B-2 in between; a board without a serial; a damaged file.
std::vector<ArchivedRun> archive() {
  std::vector<ArchivedRun> runs = {run("a", {board("A-17")}), run("b", {board("B-2")}),
                                   run("c", {board("A-17"), board("")}, true, ""),
                                   run("d", {board("A-17", "x"), board("B-2", "y")}),
                                   run("e", {board("A-17")})};
  ArchivedRun damaged;
  damaged.error = Error{};
  runs.push_back(damaged);
  return runs;
}

TEST_CASE("a run's place is counted among its board's runs, with the aborted ones before it") {
  const auto runs = archive();
  const auto places = find_places(runs, "d");
  REQUIRE(places.size() == 2);
  CHECK(places[0].board == "x");
  CHECK(places[0].nth == 3);
  CHECK(places[0].of == 4);
  CHECK(places[0].aborted == 1);
  CHECK(places[0].previous_id == "c");
  CHECK(places[0].previous_head.empty());
  CHECK(places[1].nth == 2);
  CHECK(places[1].previous_head == "head-b");
  CHECK(main_place(places)->board == "x");
}

TEST_CASE(
    "the first run has none before; a board without a serial and an unknown run have no place") {
  const auto runs = archive();
  const auto first = find_places(runs, "a");
  REQUIRE(first.size() == 1);
  CHECK(first[0].nth == 1);
  CHECK(first[0].of == 4);
  CHECK(first[0].aborted == 0);
  CHECK(first[0].previous_id.empty());
  CHECK(find_places(runs, "c").size() == 1);
  CHECK(find_places(runs, "nobody").empty());
  CHECK_FALSE(main_place({}));
}

TEST_CASE("all places at once are those of each run") {
  auto runs = archive();
  place_runs(runs);
  for (const ArchivedRun& one : runs) {
    const auto place = main_place(find_places(runs, one.header.id));
    CHECK(one.nth == (place ? place->nth : 0));
    CHECK(one.aborted_before == (place ? place->aborted : 0));
    CHECK(one.of == (place ? place->of : 0));
  }
}

TEST_CASE("places come back from their JSON; what is none gives nothing") {
  const auto places = find_places(archive(), "d");
  const auto again = decode_places(encode_places(places));
  REQUIRE(again.size() == 2);
  CHECK(encode_places(again) == encode_places(places));
  CHECK(again[1].serial == "B-2");
  for (const char* bad : {"", "{}", "[]", R"({"boards":7})", R"({"boards":[7,{},{"nth":"x"}]})"}) {
    CHECK(decode_places(bad).empty());
  }
}

TEST_CASE("a place that a run keeps is read back, and is part of what it proves") {
  TestRun stored;
  CHECK(read_places(stored.reader()).value().empty());
  const auto keep = [&](const char* id) {
    return stored.writer->event({kSecond, "", std::string(kSequenceEvent), Severity::info,
                                 encode_places(find_places(archive(), id))});
  };
  REQUIRE(keep("a"));
  REQUIRE(keep("e"));  // a run that was gone on with: the last word counts
  REQUIRE(stored.writer->finish());
  const auto places = read_places(stored.reader()).value();
  REQUIRE(places.size() == 1);
  CHECK(places[0].nth == 4);
}

}  // namespace
}  // namespace soakrig::store
