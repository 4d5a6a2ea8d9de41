// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/spool.hpp"

#include <sys/resource.h>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::agent;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBudget = 64u << 20;

// Line n says its number, padded so that a segment holds a few hundred.
std::string line(std::uint64_t n, std::size_t bytes = 1000) {
  std::string out = "line " + std::to_string(n) + " ";
  out.resize(bytes - 1, 'x');
  return out + "\n";
}

std::uint64_t number(const std::string& text) { return std::stoull(text.substr(5)); }

std::vector<std::uint64_t> rest(Spool& spool) {
  std::vector<std::uint64_t> out;
  while (const auto text = spool.next()) {
    CHECK(text->ends_with("x\n"));
    CHECK(spool.read_to() == number(*text));
    out.push_back(number(*text));
  }
  return out;
}

std::vector<std::uint64_t> range(std::uint64_t from, std::uint64_t to) {
  std::vector<std::uint64_t> out;
  for (auto n = from; n <= to; ++n) out.push_back(n);
  return out;
}

struct Fixture {
  test::TempDir dir;
  std::string folder = dir.file("stream-a");
  StreamHead head{"stream-a", "run-1", "boot-1"};

  void fill(Spool& spool, std::uint64_t from, std::uint64_t to) const {
    for (auto n = from; n <= to; ++n) REQUIRE(spool.append(line(n)));
  }
  [[nodiscard]] std::size_t files() const {
    std::size_t n = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".lines") ++n;
    }
    return n;
  }
  [[nodiscard]] std::string newest() const {
    std::string out;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".lines") out = std::max(out, entry.path().string());
    }
    return out;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "A spool gives every line once, in order, over many segments") {
  Spool spool(folder, head, kBudget);
  CHECK(spool.problem().empty());
  CHECK(spool.next() == std::nullopt);
  fill(spool, 1, 3000);
  CHECK(files() > 3);
  CHECK(rest(spool) == range(1, 3000));
  CHECK(spool.at_end());
  fill(spool, 3001, 3001);
  CHECK(rest(spool) == range(3001, 3001));
  spool.seek(2999);
  CHECK(rest(spool) == range(3000, 3001));
}

TEST_CASE_METHOD(Fixture, "What is acknowledged gives its room back and is never read again") {
  Spool spool(folder, head, kBudget);
  fill(spool, 1, 3000);
  spool.acknowledge(1500);
  CHECK(spool.bytes() < 2'100'000);
  CHECK(rest(spool) == range(1501, 3000));
  spool.acknowledge(3000);
  CHECK(spool.empty());
  CHECK(files() == 0);
  spool.acknowledge(99999);  // what a controller of nonsense says
  fill(spool, 3001, 3005);
  CHECK(rest(spool) == range(3001, 3005));
}

TEST_CASE_METHOD(Fixture, "A line that went out by itself is not read again, but is still kept") {
  Spool spool(folder, head, kBudget);
  for (std::uint64_t n = 1; n <= 10; ++n) {
    fill(spool, n, n);
    spool.skip_last();
  }
  CHECK(spool.at_end());
  fill(spool, 11, 12);
  CHECK(rest(spool) == range(11, 12));
  spool.seek(4);  // the link was lost: again from what the controller has
  CHECK(rest(spool) == range(5, 12));
}

TEST_CASE_METHOD(Fixture, "A budget is kept") {
  Spool spool(folder, head, 100'000);
  std::uint64_t n = 0;
  while (spool.append(line(n + 1))) ++n;
  CHECK(n == 100);
  CHECK(spool.last() == 100);
  CHECK(spool.bytes() <= 100'000);
  spool.acknowledge(80);
  CHECK(rest(spool) == range(81, 100));
}

TEST_CASE_METHOD(Fixture, "A dead agent's spool is read by the next one, but for the torn line") {
  const std::string announcement = "{\"channels\":{\"src\":0}}\n";
  {
    Spool spool(folder, head, kBudget);
    spool.announce(announcement);
    spool.note_clock({100, 1'700'000'000'000'000'000});
    fill(spool, 1, 1200);
    spool.acknowledge(600);
    spool.write_out();
  }
  std::ofstream(newest(), std::ios::app) << "line 1201 to";
  auto left = Spool::open(folder);
  REQUIRE(left);
  CHECK(left->head().run == "run-1");
  CHECK(left->head().boot_id == "boot-1");
  CHECK(left->announcements() == std::vector<std::string>{announcement});
  REQUIRE(left->clocks().size() == 1);
  CHECK(left->clocks()[0].utc_ns == 1'700'000'000'000'000'000);
  CHECK(left->last() == 1200);
  left->seek(700);  // the controller knows better than the files what it has
  CHECK(rest(*left) == range(701, 1200));
  left->remove();
  CHECK_FALSE(fs::exists(folder));
  CHECK_FALSE(Spool::open(folder));
}

TEST_CASE_METHOD(Fixture, "A spool without its head, or with strange files, harms nobody") {
  fs::create_directory(folder);
  std::ofstream(folder + "/head") << "no json\n{\"stream\":{}}\n[[[[\n";
  CHECK(Spool::open(folder).error().code == Errc::corrupt);
  fs::remove_all(folder);
  { Spool spool(folder, head, kBudget); }
  std::ofstream(folder + "/strange.lines") << "x\n";
  std::ofstream(folder + "/000000000000.lines") << "x\n";
  auto left = Spool::open(folder);
  REQUIRE(left);
  CHECK(left->empty());
  CHECK(left->next() == std::nullopt);
}

TEST_CASE_METHOD(Fixture, "A segment that somebody took away is a hole, not an end") {
  Spool spool(folder, head, kBudget);
  fill(spool, 1, 3000);
  std::string first;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".lines") continue;
    if (first.empty() || entry.path().string() < first) first = entry.path().string();
  }
  fs::remove(first);
  const auto left = rest(spool);
  REQUIRE_FALSE(left.empty());
  CHECK(left.front() > 1);
  CHECK(left.back() == 3000);
}

TEST_CASE_METHOD(Fixture, "Without a folder, or with a full disk, memory keeps a bounded part") {
  Spool nowhere("/proc/no-such-place", head, kBudget);
  CHECK(nowhere.problem().find("/proc/no-such-place") != std::string::npos);
  CHECK(nowhere.budget() == Spool::kMemoryBytes);
  fill(nowhere, 1, 2000);
  CHECK(rest(nowhere) == range(1, 2000));

  // A limit of the file size is the nearest to a full disk that needs no privilege.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &old) == 0);
  Spool spool(folder, head, kBudget);
  fill(spool, 1, 100);
  rlimit none = old;
  none.rlim_cur = 30'500;
  REQUIRE(setrlimit(RLIMIT_FSIZE, &none) == 0);
  std::uint64_t n = 100;
  // Memory files are files too: each takes no more than the limit allows.
  while (n < 120 && spool.append(line(n + 1))) ++n;
  REQUIRE(setrlimit(RLIMIT_FSIZE, &old) == 0);
  CHECK_FALSE(spool.problem().empty());
  CHECK(rest(spool) == range(1, n));
  CHECK(n == 120);
}

TEST_CASE_METHOD(Fixture, "Streams are found in the order in which they ended") {
  const std::string later = dir.file("a-later-one");
  { Spool spool(folder, head, kBudget); }
  { Spool spool(later, {"a-later-one", "run-1", "boot-1"}, kBudget); }
  fs::last_write_time(later + "/head", fs::file_time_type::clock::now() + std::chrono::hours(1));
  fs::create_directory(dir.file("no-spool"));
  CHECK(stream_folders(dir.path().string()) == std::vector<std::string>{folder, later});
  CHECK(stream_folders(dir.file("missing")).empty());
}
