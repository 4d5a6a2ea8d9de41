// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/core_policy.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"
#include "workloads/kernels/cores.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

using Cores = std::vector<std::size_t>;

// The kernel's folder of processors of a made-up board.
struct Board {
  test::TempDir dir;

  void put(std::size_t core, const std::string& name, const std::string& text) const {
    const auto file = dir.path() / ("cpu" + std::to_string(core)) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text << "\n";
  }
  std::vector<CoreFacts> facts(const Cores& cores) const {
    return read_core_facts(cores, dir.path().string());
  }
};

// Four little cores first, then two clusters of big ones that were binned differently.
void big_little(const Board& board) {
  const int capacities[] = {530, 530, 530, 530, 1000, 1000, 1024, 1024};
  for (std::size_t i = 0; i < 8; ++i) board.put(i, "cpu_capacity", std::to_string(capacities[i]));
}

const Cores kEight{0, 1, 2, 3, 4, 5, 6, 7};

}  // namespace

TEST_CASE(
    "core_policy: big and little cores by the kernel's capacities, binned ones are one kind") {
  const Board board;
  big_little(board);
  const auto facts = board.facts(kEight);
  CHECK(choose_cores("all", facts).value() == kEight);
  CHECK(choose_cores("big", facts).value() == Cores{4, 5, 6, 7});
  CHECK(choose_cores("little", facts).value() == Cores{0, 1, 2, 3});
  CHECK(choose_cores("physical", facts).value() == kEight);
  CHECK(choose_cores("0-1,7", facts).value() == Cores{0, 1, 7});
  CHECK(fastest_first(facts) == Cores{6, 7, 4, 5, 0, 1, 2, 3});
}

TEST_CASE("core_policy: only cores that may be used count") {
  const Board board;
  big_little(board);
  const auto facts = board.facts({1, 2, 5});
  CHECK(choose_cores("all", facts).value() == Cores{1, 2, 5});
  CHECK(choose_cores("big", facts).value() == Cores{5});
  const auto none = choose_cores("little", board.facts({1, 2}));  // the fastest there are
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::not_found);
  CHECK(none.error().what.find("little") != std::string::npos);
}

TEST_CASE("core_policy: clocks where there are no capacities, and neither where one is missing") {
  const Board board;
  board.put(0, "cpufreq/cpuinfo_max_freq", "1800000");
  board.put(1, "cpufreq/cpuinfo_max_freq", "3000000");
  CHECK(choose_cores("big", board.facts({0, 1})).value() == Cores{1});
  board.put(0, "cpu_capacity", "1024");  // of one core alone: nothing to compare it with
  CHECK(choose_cores("big", board.facts({0, 1})).value() == Cores{1});
  board.put(2, "topology/core_id", "2");  // says neither
  CHECK(choose_cores("big", board.facts({0, 1, 2})).value() == Cores{0, 1, 2});
  for (const char* broken : {"", "0", "fast", "-5", "12 3", "99999999999999999999"}) {
    board.put(1, "cpufreq/cpuinfo_max_freq", broken);
    INFO(broken);
    CHECK_FALSE(choose_cores("little", board.facts({0, 1})));
  }
}

TEST_CASE("core_policy: one thread of a core comes before the second of another") {
  const Board board;
  // Two fast cores of two threads each, and two slow ones.
  for (const std::size_t i : {0u, 1u}) board.put(i, "topology/thread_siblings_list", "0-1");
  for (const std::size_t i : {2u, 3u}) board.put(i, "topology/thread_siblings_list", "2,3");
  for (const std::size_t i : {4u, 5u}) {
    board.put(i, "topology/thread_siblings_list", std::to_string(i));
  }
  for (std::size_t i = 0; i < 6; ++i) {
    board.put(i, "cpufreq/cpuinfo_max_freq", i < 4 ? "5000000" : "3000000");
  }
  const auto facts = board.facts({0, 1, 2, 3, 4, 5});
  CHECK(choose_cores("physical", facts).value() == Cores{0, 2, 4, 5});
  CHECK(fastest_first(facts) == Cores{0, 2, 4, 5, 1, 3});
  // Of a core whose first thread may not be used, the second one is the first.
  CHECK(choose_cores("physical", board.facts({1, 2, 3})).value() == Cores{1, 2});
  board.put(0, "topology/thread_siblings_list", "nonsense");
  CHECK(choose_cores("physical", board.facts({0})).value() == Cores{0});
}

TEST_CASE("core_policy: another word is refused with those there are") {
  const auto wrong = choose_cores("medium", {{0, 1, 0}});
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == Errc::invalid);
  CHECK(wrong.error().remedy.find("little") != std::string::npos);
}

TEST_CASE("core_policy: this machine's own cores are all of them, each once") {
  const Cores allowed = allowed_core_list();
  Cores order = fastest_first(read_core_facts(allowed));
  std::ranges::sort(order);
  CHECK(order == allowed);
}
