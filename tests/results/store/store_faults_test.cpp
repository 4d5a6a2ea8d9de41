// SPDX-License-Identifier: Apache-2.0
//
// The store's promises under trouble: a killed writer loses nothing that was acknowledged, a full
// disk is told and leaves everything readable, flipped bits are gaps, readers cannot make the WAL
// grow. Real processes, disks and files; minutes with SOAKRIG_CAMPAIGN=full, seconds without.
#include <poll.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>
#include <string_view>
#include <thread>

#include "results/store/read_session.hpp"
#include "results/store/seal.hpp"
#include "rig/base/fd.hpp"
#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

int rounds(int usual, int full) {
  const char* campaign = std::getenv("SOAKRIG_CAMPAIGN");
  return campaign != nullptr && std::string_view(campaign) == "full" ? full : usual;
}

// The child: row k in batch k with cursor k, as fast as the disk goes; every acknowledgement as
// eight bytes on the pipe. Seals every 16 rows, so that kills also hit seals. Never returns.
[[noreturn]] void write_for_ever(const std::string& directory, int pipe) {
  WriterOptions options = test_options();
  options.rows_per_chunk = 16;
  options.on_commit = [pipe](const CommitReport& report) {
    for (const Cursor& cursor : report.cursors) {
      if (::write(pipe, &cursor.seq, sizeof cursor.seq) != sizeof cursor.seq) ::_exit(3);
    }
  };
  const FakeClock clock;
  RunHeader header = test_header();
  header.owner = this_process();
  auto writer = Writer::create(directory, header, clock, options);
  if (!writer) ::_exit(2);
  const BoardId board = (*writer)->add_board("b", "{}");
  const SourceId source = (*writer)->add_source(board, test_source());
  for (std::size_t k = 1;; ++k) {
    if (!(*writer)->submit(source, test_rows(k, 1), Cursor{board, "stream", k})) ::_exit(4);
    if (k % 3 == 0 && !(*writer)->flush()) ::_exit(5);
  }
}

// The last acknowledgement that left the child before it died.
std::uint64_t kill_after(pid_t child, int pipe, std::size_t acks, int extra_ms) {
  std::uint64_t last = 0, seq = 0;
  for (std::size_t i = 0; i < acks && ::read(pipe, &seq, sizeof seq) == sizeof seq; ++i) last = seq;
  static_cast<void>(::poll(nullptr, 0, extra_ms));
  ::kill(child, SIGKILL);
  while (::read(pipe, &seq, sizeof seq) == sizeof seq) last = seq;
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  return last;
}

void check_survivor(const std::string& path, std::uint64_t acknowledged) {
  const auto reader = Reader::open(path);
  REQUIRE(reader);
  CHECK(reader->state().value() == RunState::interrupted);
  const auto cursors = reader->cursors();
  REQUIRE(cursors);
  const std::uint64_t stored = cursors->empty() ? 0 : cursors->at(0).seq;
  CHECK(stored >= acknowledged);
  const auto channels = reader->channels();
  REQUIRE(channels);
  if (channels->empty()) {
    CHECK(acknowledged == 0);
    return;
  }
  // Exactly the rows that the cursor covers: none lost, none doubled.
  const auto series = reader->series(0);
  REQUIRE(series);
  CHECK(series->gaps.empty());
  REQUIRE(series->size() == stored);
  for (std::size_t i = 0; i < series->size(); ++i) REQUIRE(series->v[i] == test_value(i + 1, 0));
}

TEST_CASE("a writer killed at any moment loses no acknowledged commit and doubles none") {
  std::mt19937 random(static_cast<unsigned>(::getpid()));
  for (int round = 0; round < rounds(15, 200); ++round) {
    const test::TempDir directory;
    int ends[2] = {-1, -1};
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::close(ends[0]);
      write_for_ever(directory.path().string(), ends[1]);
    }
    const Fd pipe(ends[0]);
    ::close(ends[1]);
    const std::uint64_t acknowledged =
        kill_after(child, pipe.get(), random() % 40 + 1, static_cast<int>(random() % 8));
    CAPTURE(round, acknowledged);
    const std::string path = directory.file("night-20260301-120000-0a1b2c3d.soak");
    check_survivor(path, acknowledged);
    REQUIRE(seal(path).value() == RunState::interrupted);
    check_survivor(path, acknowledged);
  }
}

// Noise that does not compress: fills disks and WALs quickly.
Batch noisy_rows(std::mt19937_64& random, std::size_t first, std::size_t count,
                 std::uint32_t columns) {
  Batch batch = test_rows(first, count, columns);
  for (double& v : batch.values) v = 1.0 + static_cast<double>(random() >> 12) * 0x1p-52;
  return batch;
}

struct Failures {
  std::mutex mutex;
  std::vector<Error> errors;
  Nanos durable = 0;
};

// Writes until the writer fails; what was durable before must be readable afterwards.
void fill_until_failure(const std::string& directory, std::uint64_t max_bytes) {
  Failures failures;
  WriterOptions options = test_options();
  options.max_bytes = max_bytes;
  options.reserve_bytes = 256 << 10;
  options.on_failure = [&](const Error& error) {
    const std::lock_guard lock(failures.mutex);
    failures.errors.push_back(error);
  };
  options.on_commit = [&](const CommitReport& report) {
    const std::lock_guard lock(failures.mutex);
    failures.durable = std::max(failures.durable, report.durable_until);
  };
  const FakeClock clock;
  auto writer = Writer::create(directory, test_header(), clock, options);
  REQUIRE(writer);
  const SourceId source = (*writer)->add_source(kRigBoard, test_source("noise", 20));
  std::mt19937_64 random(1);
  std::size_t rows = 0;
  while (!(*writer)->failure() && rows < 500'000) {
    if (!(*writer)->submit(source, noisy_rows(random, rows, 50, 20))) break;
    rows += 50;
    if (!(*writer)->flush()) break;
  }
  REQUIRE((*writer)->failure());
  CHECK((*writer)->failure()->code == Errc::full);
  CHECK((*writer)->failure()->file == (*writer)->path());
  CHECK_FALSE((*writer)->failure()->remedy.empty());
  CHECK((*writer)->submit(source, test_rows(rows, 1, 20)).error().code == Errc::full);
  // The last words fit into the reserve.
  CHECK((*writer)->journal("failed", R"({"why":"disk full"})"));
  CHECK((*writer)->set_judgement(Verdict::error, "{}"));
  const auto state = (*writer)->finish();
  REQUIRE(state);
  CHECK((*state == RunState::ended_unsealed || *state == RunState::sealed));
  const std::lock_guard lock(failures.mutex);
  CHECK(failures.errors.size() == 1);
  const auto reader = Reader::open((*writer)->path());
  REQUIRE(reader);
  CHECK(reader->journal().value().back().state == "failed");
  CHECK(reader->judgement().value()->verdict == Verdict::error);
  EventFilter faults;
  faults.kind = event_kind::kRigFault;
  CHECK(reader->events(faults).value().size() == 1);
  const auto series = reader->series(0);
  REQUIRE(series);
  CHECK(series->gaps.empty());
  REQUIRE(series->size() > 0);
  CHECK(series->t.back() >= failures.durable);
}

TEST_CASE("a bound on the file is told like a full disk") {
  const test::TempDir directory;
  fill_until_failure(directory.path().string(), 3u << 20);
}

TEST_CASE("a full disk is told, and what was stored stays readable") {
  const test::TempDir directory;
  const std::string disk = directory.file("disk");
  std::filesystem::create_directory(disk);
  if (::mount("soakrig-test", disk.c_str(), "tmpfs", 0, "size=6m") != 0) {
    WARN("not run: mounting a small disk needs root");
    return;
  }
  struct Unmount {
    std::string where;
    ~Unmount() { ::umount2(where.c_str(), MNT_DETACH); }
  } const unmount{disk};
  fill_until_failure(disk, 0);
  // A disk without room for even the reserve refuses the start.
  std::ofstream(disk + "/filler") << std::string(8 << 20, 'x');
  const FakeClock clock;
  const auto refused =
      Writer::create(disk, test_header("20260301-120000-ffffffff"), clock, test_options());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::full);
}

TEST_CASE("flipped bits anywhere in a sealed file are gaps or clear errors, never a crash") {
  WriterOptions options = test_options();
  options.rows_per_chunk = 256;
  TestRun run(options);
  const SourceId source = run.writer->add_source(kRigBoard, test_source("noise", 4));
  std::mt19937_64 random(2);
  for (std::size_t i = 0; i < 8; ++i) {
    REQUIRE(run.writer->submit(source, noisy_rows(random, i * 256, 256, 4)));
    REQUIRE(run.writer->flush());
  }
  REQUIRE(run.writer->finish().value() == RunState::sealed);
  run.writer.reset();
  const Series whole = run.reader().series(2).value();
  const std::string intact = read_file(run.path).value();
  const std::string path = run.directory.file("flipped.soak");
  int gaps = 0, refusals = 0;
  for (int round = 0; round < rounds(300, 5000); ++round) {
    std::string bytes = intact;
    bytes[random() % bytes.size()] ^= static_cast<char>(1 << (random() % 8));
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    const auto reader = Reader::open(path);
    const auto series = reader ? reader->series(2) : Result<Series>(reader.error());
    if (!series) {
      ++refusals;
      CHECK_FALSE(series.error().message().empty());
      continue;
    }
    gaps += series->gaps.empty() ? 0 : 1;
    // Whatever is given was stored like that: a flipped bit never becomes a reading.
    for (std::size_t i = 0; i < series->size(); ++i) {
      const auto at = std::lower_bound(whole.t.begin(), whole.t.end(), series->t[i]);
      REQUIRE(at != whole.t.end());
      REQUIRE(*at == series->t[i]);
      REQUIRE(series->v[i] == whole.v[static_cast<std::size_t>(at - whole.t.begin())]);
    }
  }
  CHECK(gaps > 0);
  CAPTURE(gaps, refusals);
}

// The longest WAL while 200 rows of 100 noisy channels are committed again and again.
std::uint64_t longest_wal(TestRun& run, std::mutex& mutex, std::uint64_t& longest, int commits) {
  const SourceId source = run.writer->add_source(kRigBoard, test_source("noise", 100));
  std::mt19937_64 random(3);
  for (int i = 0; i < commits; ++i) {
    const auto first = static_cast<std::size_t>(i) * 200;
    REQUIRE(run.writer->submit(source, noisy_rows(random, first, 200, 100)));
    REQUIRE(run.writer->flush());
  }
  const std::lock_guard lock(mutex);
  return longest;
}

TEST_CASE("readers that come and go leave the WAL short; one that stays is seen in its length") {
  constexpr std::uint64_t kBound = 16u << 20;
  constexpr int kCommits = 150;  // 24 MB of rows
  for (const bool stays : {false, true}) {
    std::mutex mutex;
    std::uint64_t longest = 0;
    WriterOptions options = test_options();
    options.on_commit = [&](const CommitReport& report) {
      const std::lock_guard lock(mutex);
      longest = std::max(longest, report.wal_bytes);
    };
    TestRun run(options);
    REQUIRE(run.writer->flush());
    const SessionSource files(run.path);
    auto held = files.open();
    REQUIRE(held);
    std::optional<Snapshot> snapshot;
    std::jthread visitor;
    if (stays) {
      snapshot.emplace(Snapshot::begin(*held).value());
      REQUIRE(held->query_integer("SELECT count(*) FROM event").value() == 0);
    } else {
      visitor = std::jthread([&](const std::stop_token& stop) {
        const auto reader = Reader::open(run.path);
        const std::vector<ChannelId> some = {0, 50, 99};
        while (reader && !stop.stop_requested()) {
          if (!reader->last_time() || reader->channels().value().empty()) continue;
          if (!reader->latest(some) || !reader->series(0, kSecond, 2 * kSecond)) break;
        }
      });
    }
    const std::uint64_t wal = longest_wal(run, mutex, longest, kCommits);
    CAPTURE(stays, wal);
    CHECK((wal > kBound) == stays);
  }
}

}  // namespace
}  // namespace soakrig::store
