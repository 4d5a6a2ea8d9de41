// SPDX-License-Identifier: Apache-2.0
#include "results/store/read_session.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "rig/base/fd.hpp"
#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

// Takes the right to write a folder from this test for a while, root or not.
class NotWritable {
 public:
  explicit NotWritable(std::string folder) : folder_(std::move(folder)) {
    ::chmod(folder_.c_str(), 0555);
    if (::geteuid() == 0) REQUIRE(::seteuid(65534) == 0);
  }
  ~NotWritable() {
    if (::getuid() == 0) static_cast<void>(::seteuid(0));
    ::chmod(folder_.c_str(), 0755);
  }
  NotWritable(const NotWritable&) = delete;
  NotWritable& operator=(const NotWritable&) = delete;

 private:
  std::string folder_;
};

std::size_t copies_in_temp() {
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::temp_directory_path())) {
    if (entry.path().filename().string().starts_with("soakrig-copy-")) ++count;
  }
  return count;
}

// A run cut off with everything still in its WAL, and its shared memory file gone: as it is found
// on a medium that was pulled out.
struct CutOff : TestRun {
  CutOff() {
    const SourceId source = writer->add_source(kRigBoard, test_source());
    REQUIRE(writer->submit(source, test_rows(0, 12)));
    REQUIRE(writer->flush());
    copy = directory.file("medium");
    std::filesystem::create_directory(copy);
    for (const char* suffix : {"", "-wal"}) {
      std::filesystem::copy_file(path + suffix, copy + "/run.soak" + suffix);
    }
    ::chmod(directory.path().c_str(), 0755);
  }
  std::string copy;
};

TEST_CASE("a cut-off run in a folder that is not writable is read whole, WAL included") {
  const CutOff run;
  const std::size_t before = copies_in_temp();
  {
    const NotWritable folder(run.copy);
    const auto reader = Reader::open(run.copy + "/run.soak");
    REQUIRE(reader);
    CHECK(reader->series(0).value().size() == 12);
    CHECK(reader->series(1).value().v[11] == test_value(11, 1));
    // The folder is as it was, and what was copied aside goes with the reader.
    CHECK_FALSE(std::filesystem::exists(run.copy + "/run.soak-shm"));
  }
  CHECK(copies_in_temp() == before);
}

// What keeps clear of the WAL-reset bug of SQLite before 3.51.3: two that checkpoint at one time.
TEST_CASE("a reader checkpoints nothing, not even as the last to leave; the control does") {
  const CutOff run;
  const std::string file = run.copy + "/run.soak";
  const std::string main = read_file(file).value(), wal = read_file(file + "-wal").value();
  {
    const auto reader = Reader::open(file);
    REQUIRE(reader);
    CHECK(reader->series(0).value().size() == 12);
    const SessionSource source(file);
    auto database = source.open();
    REQUIRE(database);
    REQUIRE(database->query_integer("SELECT count(*) FROM meta"));
    static_cast<void>(database->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    CHECK_FALSE(database->execute("UPDATE meta SET v=0"));
    CHECK_FALSE(database->execute("PRAGMA journal_mode=DELETE; INSERT INTO meta VALUES('x', 1)"));
  }
  CHECK(read_file(file).value() == main);
  CHECK(read_file(file + "-wal").value() == wal);
  {
    auto writer = Database::open(file, Database::Mode::read_write);
    REQUIRE(writer);
    REQUIRE(writer->query_integer("SELECT count(*) FROM meta"));
  }
  CHECK_FALSE(std::filesystem::exists(file + "-wal"));
  CHECK(read_file(file).value() != main);
}

TEST_CASE("a live run is read by somebody who may not write its folder") {
  TestRun run;
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  REQUIRE(run.writer->submit(source, test_rows(0, 3)));
  REQUIRE(run.writer->flush());
  const NotWritable folder(run.directory.path().string());
  const auto reader = Reader::open(run.path);
  REQUIRE(reader);
  CHECK(reader->series(0).value().size() == 3);
}

TEST_CASE("a sealed run in a folder that is not writable is read in place") {
  TestRun run;
  REQUIRE(run.writer->finish().value() == RunState::sealed);
  run.writer.reset();
  const std::size_t before = copies_in_temp();
  const NotWritable folder(run.directory.path().string());
  const auto reader = Reader::open(run.path);
  REQUIRE(reader);
  CHECK(reader->state().value() == RunState::sealed);
  CHECK(copies_in_temp() == before);
}

TEST_CASE("a copy is renewed when the original has changed") {
  const CutOff run;
  auto copy = CopyAside::make(run.copy + "/run.soak");
  REQUIRE(copy);
  CHECK(copy->current());
  std::ofstream(run.copy + "/run.soak-wal", std::ios::app) << "more";
  CHECK_FALSE(copy->current());
  const std::string file = copy->file();
  CopyAside moved = std::move(*copy);
  CHECK(std::filesystem::exists(file));
  { const CopyAside gone = std::move(moved); }
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("every file that is no run is refused with one clear error") {
  const test::TempDir directory;
  const auto refusal = [](const std::string& path) {
    const auto reader = Reader::open(path);
    REQUIRE_FALSE(reader);
    CHECK(reader.error().file == path);
    CHECK_FALSE(reader.error().remedy.empty());
    return reader.error();
  };
  CHECK(refusal(directory.file("missing.soak")).code == Errc::not_found);
  directory.write("empty.soak", "");
  CHECK(refusal(directory.file("empty.soak")).code == Errc::unsupported);
  directory.write("text.soak", std::string(5000, 'x'));
  CHECK(refusal(directory.file("text.soak")).code == Errc::corrupt);
  directory.write("short.soak", "SQLite format 3");
  CHECK(refusal(directory.file("short.soak")).code == Errc::corrupt);
  std::filesystem::create_directory(directory.path() / "folder.soak");
  CHECK(refusal(directory.file("folder.soak")).code == Errc::io);
}

TEST_CASE("a truncated run is refused, not read in part") {
  TestRun run;
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  REQUIRE(run.writer->submit(source, test_rows(0, 4000)));
  REQUIRE(run.writer->finish().value() == RunState::sealed);
  run.writer.reset();
  const auto size = std::filesystem::file_size(run.path);
  for (const auto part : {size / 2, size - 4096, std::uintmax_t{4096}, std::uintmax_t{50}}) {
    std::filesystem::resize_file(run.path, part);
    const auto reader = Reader::open(run.path);
    REQUIRE_FALSE(reader);
    CHECK(reader.error().code == Errc::corrupt);
    CHECK(reader.error().file == run.path);
  }
}

}  // namespace
}  // namespace soakrig::store
