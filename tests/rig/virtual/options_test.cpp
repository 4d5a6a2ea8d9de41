// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/options.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::virtual_bench;

TEST_CASE("the bench listens on loopback only") {
  BenchOptions options;
  CHECK(parse_listen("127.0.0.1:1502", options));
  CHECK(options.address == "127.0.0.1");
  CHECK(options.port == 1502);
  CHECK(parse_listen("[::1]:0", options));
  CHECK(options.address == "::1");
  for (const char* text : {"0.0.0.0:0", "10.0.0.1:0", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65535",
                           "127.0.0.1:1x", "", ":0"}) {
    CHECK_FALSE(parse_listen(text, options));
  }
}

TEST_CASE("the board has one or two cores unless told") {
  CHECK(default_cores() >= 1);
  CHECK(default_cores() <= 2);
}
