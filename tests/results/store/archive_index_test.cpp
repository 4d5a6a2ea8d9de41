// SPDX-License-Identifier: Apache-2.0
// Also tests: archived_run.cpp
#include "results/store/archive_index.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "results/store/archive.hpp"
#include "rig/base/fd.hpp"
#include "tests/results/store/evidence_fixture.hpp"

namespace soakrig::store {
namespace {

// Long enough ago that its time cannot come again by another change.
void settle(const std::string& path) {
  const timespec then[2] = {{1'772'000'000, 0}, {1'772'000'000, 0}};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), then, 0) == 0);
}

struct IndexedArchive : ClosedRun {
  IndexedArchive() { settle(path); }
  [[nodiscard]] ArchivedRun only() const {
    const auto runs = Archive(directory.path().string()).runs();
    REQUIRE(runs);
    REQUIRE(runs->size() == 1);
    return runs->front();
  }
  [[nodiscard]] std::string index() const { return directory.file(std::string(kIndexFile)); }
  // Puts other words into the index in place of the run's name.
  void lie() const {
    std::string text = read_file(index()).value();
    const std::size_t at = text.find("\"name\":\"night\"");
    REQUIRE(at != std::string::npos);
    std::ofstream(index()) << text.replace(at, 14, "\"name\":\"lies!\"");
  }
};

TEST_CASE("what the index says of a run is what the file says") {
  const IndexedArchive archive;
  const ArchivedRun first = archive.only();
  REQUIRE(std::filesystem::exists(archive.index()));
  const ArchivedRun again = archive.only();
  CHECK(encode_archived(first) == encode_archived(again));
  CHECK(again.path == archive.path);
  CHECK(again.header.id == first.header.id);
  CHECK(again.state == RunState::sealed);
  REQUIRE(again.judgement);
  CHECK(again.judgement->verdict == Verdict::pass);
  REQUIRE(again.boards.size() == 1);
  CHECK(again.boards[0].model == "Orin");
  CHECK(again.boards[0].serial == "A-17");
  CHECK(again.head == read_evidence(archive.path)->head);
  CHECK_FALSE(again.is_signed);
  CHECK(again.bytes == std::filesystem::file_size(archive.path));
  archive.directory.write(again.file + ".sig", "x");
  CHECK(archive.only().is_signed);
}

TEST_CASE("an entry counts only while its file is the same") {
  const IndexedArchive archive;
  CHECK(archive.only().header.name == "night");
  archive.lie();
  CHECK(archive.only().header.name == "lies!");  // the control: the index is what is read
  std::filesystem::last_write_time(archive.path, std::filesystem::file_time_type::clock::now());
  CHECK(archive.only().header.name == "night");
}

TEST_CASE("an index that is lost, damaged or another build's is made anew") {
  const IndexedArchive archive;
  static_cast<void>(archive.only());
  std::filesystem::remove(archive.index());
  CHECK(archive.only().header.name == "night");
  REQUIRE(std::filesystem::exists(archive.index()));
  const std::string good = read_file(archive.index()).value();
  for (std::size_t cut = 0; cut < good.size(); cut += 37) {
    std::ofstream(archive.index()) << good.substr(0, cut);
    CHECK(archive.only().header.name == "night");
  }
  archive.lie();
  std::string other = read_file(archive.index()).value();
  std::ofstream(archive.index()) << other.replace(0, 15, "soakrig-index 2");
  CHECK(archive.only().header.name == "night");
}

TEST_CASE("a run that may still change is looked at each time") {
  TestRun live;
  const auto one = [&] {
    const auto runs = Archive(live.directory.path().string()).runs();
    REQUIRE(runs);
    return runs->at(0);
  };
  CHECK(one().state == RunState::running);
  CHECK_FALSE(std::filesystem::exists(live.directory.file(std::string(kIndexFile))));
  REQUIRE(live.writer->finish());
  CHECK(one().state == RunState::sealed);
}

TEST_CASE("an archive that cannot be written is listed all the same") {
  const IndexedArchive archive;
  std::filesystem::create_directory(archive.index());  // where the index would go
  CHECK(archive.only().header.name == "night");
  CHECK(archive.only().header.name == "night");
}

TEST_CASE("a line that is no entry is none") {
  const IndexedArchive archive;
  const std::string good = encode_archived(archive.only());
  REQUIRE(decode_archived(good));
  for (std::size_t cut = 0; cut < good.size(); cut += 3)
    CHECK_FALSE(decode_archived(good.substr(0, cut)));
  for (const char* bad : {"", "{}", "[]", "7", R"({"id":7})"}) CHECK_FALSE(decode_archived(bad));
}

}  // namespace
}  // namespace soakrig::store
