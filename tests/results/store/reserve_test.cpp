// SPDX-License-Identifier: Apache-2.0
#include "results/store/reserve.hpp"

#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

namespace soakrig::store {
namespace {

TEST_CASE("a reserve holds space without a name and leaves nothing behind") {
  const test::TempDir directory;
  {
    auto reserve = Reserve::hold(directory.path().string(), 1 << 20);
    REQUIRE(reserve);
    CHECK(std::filesystem::is_empty(directory.path()));
    reserve->release();
  }
  CHECK(std::filesystem::is_empty(directory.path()));
}

TEST_CASE("a reserve that cannot be had is an error with the folder") {
  const test::TempDir directory;
  const auto nowhere = Reserve::hold(directory.file("missing"), 1 << 20);
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().file == directory.file("missing"));
  // More than any disk has.
  CHECK_FALSE(Reserve::hold(directory.path().string(), std::size_t{1} << 60));
}

}  // namespace
}  // namespace soakrig::store
