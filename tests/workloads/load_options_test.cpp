// SPDX-License-Identifier: Apache-2.0
#include "workloads/load_options.hpp"

#include "tests/support/catch.hpp"
#include "workloads/kernels/cores.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

TEST_CASE("load_options: threads are one to many, or every core") {
  CHECK(resolve_threads(kEveryCore).value() == allowed_cores());
  CHECK(resolve_threads(1).value() == 1);
  CHECK(resolve_threads(1024).value() == 1024);
  for (const std::int64_t wrong :
       {std::int64_t{0}, std::int64_t{-2}, std::int64_t{1025}, INT64_MAX, INT64_MIN}) {
    CHECK_FALSE(resolve_threads(wrong));
  }
}

TEST_CASE("load_options: kernels by name, and the error says which there are") {
  CHECK(resolve_kernels("").value() == find_kernels(""));
  CHECK(resolve_kernels("scalar").value() == &scalar_kernels());
  const auto none = resolve_kernels("mmx");
  REQUIRE_FALSE(none);
  CHECK(none.error().remedy.find("scalar") != std::string::npos);
}

TEST_CASE("load_options: what does not fit is refused before it is allocated") {
  CHECK(must_fit("this", 1 << 20, ""));
  const auto never = must_fit("that", UINT64_MAX, "take less");
  REQUIRE_FALSE(never);
  CHECK(never.error().code == Errc::full);
  CHECK(never.error().message().find("that needs") != std::string::npos);
}

TEST_CASE("load_options: a time is a duration of more than nothing, and the error names its option") {
  CHECK(resolve_time("--stall", "30s").value() == 30 * kSecond);
  for (const char* wrong : {"", "30", "0s", "-1s", "soon"}) {
    const auto none = resolve_time("--stall", wrong);
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Errc::invalid);
    CHECK(none.error().what.find("--stall") == 0);
  }
}
