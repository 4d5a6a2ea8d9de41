// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/thread_time.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

TEST_CASE("thread_time: the second number is the time without a core; anything else is unknown") {
  CHECK(parse_waited("217945 3038670 2\n") == Nanos{3038670});
  CHECK(parse_waited("0 0 0\n") == Nanos{0});
  for (const char* text : {"", "1", "1 2", "1 x 3\n", "1 -5 3\n", "1 99999999999999999999 3\n"}) {
    INFO(text);
    CHECK_FALSE(parse_waited(text));
  }
}

TEST_CASE("thread_time: what a thread computes is on a core, and neither time runs backwards") {
  const ThreadTime before = thread_time();
  ThreadTime after = before;
  while (after.cpu - before.cpu < 2 * kMillisecond) after = thread_time();
  CHECK(before.waited.has_value() == (::access("/proc/thread-self/schedstat", R_OK) == 0));
  REQUIRE(after.waited.has_value() == before.waited.has_value());
  if (before.waited) CHECK(*after.waited >= *before.waited);
}
