// SPDX-License-Identifier: Apache-2.0
#include "workloads/memory/cache_sizes.hpp"

#include <filesystem>
#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

TEST_CASE("cache_sizes: data and unified caches by level, instruction caches not") {
  const test::TempDir dir;
  const auto cache = [&](int index, const char* level, const char* type, const char* size) {
    const auto folder = dir.path() / ("index" + std::to_string(index));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "level") << level << "\n";
    std::ofstream(folder / "type") << type << "\n";
    std::ofstream(folder / "size") << size << "\n";
  };
  CHECK(read_cache_sizes(dir.path().string()).last() == 0);
  cache(0, "1", "Data", "48K");
  cache(1, "1", "Instruction", "32K");
  CHECK(read_cache_sizes(dir.path().string()).last() == 48 << 10);
  cache(2, "2", "Unified", "2048K");
  cache(3, "3", "Unified", "12M");
  const CacheSizes sizes = read_cache_sizes(dir.path().string());
  CHECK(sizes.l1 == 48 << 10);
  CHECK(sizes.l2 == 2 << 20);
  CHECK(sizes.l3 == 12 << 20);
  CHECK(sizes.last() == 12 << 20);
  cache(3, "3", "Unified", "99999999999999999999M");
  CHECK(read_cache_sizes(dir.path().string()).l3 == 0);
  cache(3, "3", "Unified", "some");
  CHECK(read_cache_sizes(dir.path().string()).l3 == 0);
}
