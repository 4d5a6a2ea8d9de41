// SPDX-License-Identifier: Apache-2.0
#include "results/store/archive.hpp"

#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

// Runs made and ended one after another, an hour apart.
struct TestArchive {
  std::string add(const std::string& id, const std::string& name) {
    RunHeader header = test_header(id, name);
    header.start_utc_ns += static_cast<Nanos>(++count) * kHour;
    auto writer = Writer::create(directory.path().string(), header, clock, test_options());
    REQUIRE(writer);
    REQUIRE((*writer)->finish());
    return (*writer)->path();
  }
  [[nodiscard]] Archive archive() const { return Archive(directory.path().string()); }

  test::TempDir directory;
  FakeClock clock{1000 * kSecond};
  int count = 0;
};

TEST_CASE("the archive is the option, else the variable, else ./soaks") {
  CHECK(archive_dir("a", "b") == "a");
  CHECK(archive_dir("", "b") == "b");
  CHECK(archive_dir("", "") == "soaks");
  CHECK(archive_dir("", nullptr) == "soaks");
}

TEST_CASE("runs are listed by start, and damaged files with their error") {
  TestArchive files;
  files.add("20260301-120000-bbbbbbbb", "second-name");
  files.add("20260301-130000-aaaaaaaa", "first-name");
  files.directory.write("broken.soak", "this is not a database at all, but long enough to be one");
  files.directory.write("empty.soak", "");
  files.directory.write("note.txt", "x");
  files.directory.write(".half.soak", "x");
  const auto runs = files.archive().runs();
  REQUIRE(runs);
  REQUIRE(runs->size() == 4);
  CHECK(runs->at(0).header.id == "20260301-120000-bbbbbbbb");
  CHECK(runs->at(0).state == RunState::sealed);
  CHECK_FALSE(runs->at(0).judgement);
  CHECK(runs->at(1).header.name == "first-name");
  CHECK(runs->at(2).file == "broken.soak");
  REQUIRE(runs->at(2).error);
  CHECK(runs->at(2).error->file == files.directory.file("broken.soak"));
  CHECK(runs->at(3).error->what == "not a .soak file (it is empty)");
}

TEST_CASE("an archive that does not exist has no runs") {
  const test::TempDir directory;
  const Archive archive(directory.file("soaks"));
  CHECK(archive.runs().value().empty());
  const auto none = archive.resolve("last");
  REQUIRE_FALSE(none);
  CHECK(none.error().what == "the archive has no runs");
  directory.write("file", "x");
  CHECK_FALSE(Archive(directory.file("file")).runs());
}

TEST_CASE("a run is found by last, path, file, id, prefix and name") {
  TestArchive files;
  const std::string first = files.add("20260301-120000-1a2b3c4d", "night");
  const std::string second = files.add("20260302-120000-1affffff", "day");
  const std::string third = files.add("20260302-130000-77777777", "night");
  const Archive archive = files.archive();
  CHECK(archive.resolve("last").value() == third);
  CHECK(archive.resolve(second).value() == second);
  CHECK(archive.resolve("day-20260302-120000-1affffff.soak").value() == second);
  CHECK(archive.resolve("20260301-120000-1a2b3c4d").value() == first);
  CHECK(archive.resolve("20260301").value() == first);
  CHECK(archive.resolve("1a2b").value() == first);  // the random part will do
  CHECK(archive.resolve("day").value() == second);
  CHECK(archive.resolve("night").value() == third);  // the newest of that name
  const auto ambiguous = archive.resolve("20260302");
  REQUIRE_FALSE(ambiguous);
  CHECK(ambiguous.error().code == Errc::invalid);
  CHECK(ambiguous.error().what ==
        "\"20260302\" may be any of 20260302-120000-1affffff (day), "
        "20260302-130000-77777777 (night)");
  CHECK(archive.resolve("nothing").error().code == Errc::not_found);
  CHECK(archive.resolve("").error().code == Errc::not_found);
  CHECK(archive.resolve("./nowhere.soak").error().code == Errc::not_found);
}

TEST_CASE("RUN:BOARD splits at the last colon unless it is a file") {
  const test::TempDir directory;
  directory.write("odd:name.soak", "x");
  CHECK(split_run_name("last").run == "last");
  CHECK(split_run_name("last").board.empty());
  CHECK(split_run_name("night:left").run == "night");
  CHECK(split_run_name("night:left").board == "left");
  CHECK(split_run_name(directory.file("odd:name.soak")).board.empty());
  CHECK(split_run_name(directory.file("odd:name.soak") + ":left").board == "left");
}

}  // namespace
}  // namespace soakrig::store
