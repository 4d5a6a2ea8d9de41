// SPDX-License-Identifier: Apache-2.0
//
// fault.power_loss: the real Writer on a disk that loses its power at any instant. Nothing that was
// acknowledged may be missing, and the file must be whole. That the harness can see a loss is shown
// by two controls that must fail: SQLite told not to sync, and a disk that ignores syncs.
#include <algorithm>
#include <cstdlib>
#include <random>
#include <string_view>

#include "results/store/database.hpp"
#include "tests/results/store/store_fixture.hpp"
#include "tests/support/fault_vfs.hpp"

namespace soakrig::store {
namespace {

using test::FaultVfs;

int cuts(int usual, int full) {
  const char* campaign = std::getenv("SOAKRIG_CAMPAIGN");
  return campaign != nullptr && std::string_view(campaign) == "full" ? full : usual;
}

constexpr std::size_t kCommits = 160;
constexpr std::uint32_t kNoisy = 60;

// Batch k carries row k of a narrow source and rows of noise that fill the WAL past a checkpoint;
// seals happen on the way, and the end of the run too.
struct Written {
  std::string path;
  std::size_t begun = 0;  // entries of the log until the run's file had its name
};
Written write_run(FaultVfs& disk, const std::string& directory) {
  WriterOptions options = test_options();
  options.rows_per_chunk = 24;
  options.on_commit = [&](const CommitReport& report) {
    for (const Cursor& cursor : report.cursors) disk.acknowledge(cursor.seq);
  };
  const FakeClock clock;
  auto writer = Writer::create(directory, test_header(), clock, options);
  REQUIRE(writer);
  Written written{(*writer)->path(), disk.log_size()};
  const BoardId board = (*writer)->add_board("b", "{}");
  const SourceId narrow = (*writer)->add_source(board, test_source());
  const SourceId wide = (*writer)->add_source(board, test_source("noise", kNoisy));
  REQUIRE((*writer)->flush());
  std::mt19937_64 random(1);
  for (std::size_t k = 1; k <= kCommits; ++k) {
    Batch noise = test_rows(k * 10, 10, kNoisy);
    for (double& v : noise.values) v = 1.0 + static_cast<double>(random() >> 12) * 0x1p-52;
    REQUIRE((*writer)->submit(wide, noise));
    REQUIRE((*writer)->submit(narrow, test_rows(k, 1), Cursor{board, "stream", k}));
    REQUIRE((*writer)->flush());
  }
  REQUIRE((*writer)->finish().value() == RunState::sealed);
  return written;
}

struct Tally {
  int cuts = 0, broken = 0, lossy = 0;
  std::uint64_t most_lost = 0;
};

// What a stranger's SQLite and our reader find in what is left.
void inspect(const std::string& path, std::uint64_t acknowledged, Tally& tally) {
  ++tally.cuts;
  const auto sound = [&] {
    auto database = Database::open(path, Database::Mode::read_write);
    return database && database->query_text("PRAGMA integrity_check").has_value() &&
           *database->query_text("PRAGMA integrity_check") == "ok";
  };
  const auto reader = sound() ? Reader::open(path) : Result<Reader>(Error{});
  const auto channels = reader ? reader->channels() : Result<std::vector<ChannelRow>>(Error{});
  const auto cursors = reader ? reader->cursors() : Result<std::vector<Cursor>>(Error{});
  if (!channels || !cursors || (channels->empty() && acknowledged > 0)) {
    ++tally.broken;
    return;
  }
  if (channels->empty()) return;
  const std::uint64_t stored = cursors->empty() ? 0 : cursors->front().seq;
  const auto rows = reader->series(0);
  const auto noise = reader->view(2 + kNoisy / 2, kFromStart, kToEnd, 100);
  bool whole = rows && rows->gaps.empty() && rows->size() == stored && noise && noise->gaps.empty();
  for (std::size_t i = 0; whole && i < rows->size(); ++i) {
    whole = rows->v[i] == test_value(i + 1, 0);
  }
  if (!whole) {
    ++tally.broken;
  } else if (stored < acknowledged) {
    ++tally.lossy;
    tally.most_lost = std::max(tally.most_lost, acknowledged - stored);
  }
}

Tally cut_often(FaultVfs::Options options, int count, unsigned seed) {
  const test::TempDir directory;
  FaultVfs disk(options);
  const Written run = write_run(disk, directory.path().string());
  disk.detach();  // what is left is looked at with SQLite as it comes
  std::mt19937_64 random(seed);
  Tally tally;
  const std::string left = directory.file("left.soak");
  for (int i = 0; i < count; ++i) {
    const std::size_t at = run.begun + random() % (disk.log_size() - run.begun) + 1;
    const auto acknowledged = disk.cut(at, random, run.path, left);
    inspect(left, acknowledged, tally);
  }
  WARN("cuts " << tally.cuts << ", broken " << tally.broken << ", lost acknowledged commits "
               << tally.lossy << " (most: " << tally.most_lost << ")");
  return tally;
}

TEST_CASE("a power cut at any instant loses no acknowledged commit") {
  const Tally tally = cut_often({}, cuts(400, 4000), 1);
  CHECK(tally.cuts >= 400);
  CHECK(tally.broken == 0);
  CHECK(tally.lossy == 0);
}

TEST_CASE("control: without syncs the cuts are seen") {
  const Tally tally = cut_often({.synchronous_off = true}, cuts(40, 400), 2);
  CHECK(tally.broken + tally.lossy > tally.cuts / 4);
}

TEST_CASE("control: a disk that ignores syncs is seen") {
  const Tally tally = cut_often({.ignore_sync = true}, cuts(40, 400), 3);
  CHECK(tally.broken + tally.lossy > tally.cuts / 4);
}

}  // namespace
}  // namespace soakrig::store
