// SPDX-License-Identifier: Apache-2.0
#include "rig/base/fd.hpp"

#include <fcntl.h>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;

TEST_CASE("A descriptor is closed once, by its last owner") {
  int number = -1;
  {
    Fd first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    number = first.get();
    Fd second = std::move(first);
    CHECK_FALSE(first);
    CHECK(second.get() == number);
    CHECK(::fcntl(number, F_GETFD) != -1);
  }
  CHECK(::fcntl(number, F_GETFD) == -1);
}

TEST_CASE("A file is read whole or not at all") {
  const test::TempDir dir;
  dir.write("a", std::string(100'000, 'x'));
  CHECK(read_file(dir.file("a")).value().size() == 100'000);
  const auto bounded = read_file(dir.file("a"), 1000);
  REQUIRE_FALSE(bounded);
  CHECK(bounded.error().code == Errc::full);
  const auto missing = read_file(dir.file("b"));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::not_found);
  CHECK(missing.error().message().find(dir.file("b")) != std::string::npos);
}

TEST_CASE("A file is replaced whole, and a failure leaves the old one") {
  const test::TempDir dir;
  REQUIRE(write_file_atomic(dir.file("a"), "old"));
  REQUIRE(write_file_atomic(dir.file("a"), "new"));
  CHECK(read_file(dir.file("a")).value() == "new");
  CHECK_FALSE(write_file_atomic(dir.file("no/such/folder"), "x"));
}
