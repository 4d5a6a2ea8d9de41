// SPDX-License-Identifier: Apache-2.0
#include "rig/base/load_shape.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

namespace {
double share(const char* text, double seconds) {
  return LoadShape::parse(text).value().share(static_cast<Nanos>(seconds * 1e9));
}
}  // namespace

TEST_CASE("load_shape: constant works always") {
  const LoadShape shape = LoadShape::parse("constant").value();
  CHECK(shape.constant());
  CHECK(shape.share(0) == 1);
  CHECK(shape.share(1'000'000 * kSecond) == 1);
  CHECK(shape.longest_idle() == 0);
}

TEST_CASE("load_shape: bursts and squares are full or nothing") {
  for (const char* text : {"burst:2s:8s", "square:10s:20%"}) {
    CHECK(share(text, 0) == 1);
    CHECK(share(text, 1.9) == 1);
    CHECK(share(text, 2.1) == 0);
    CHECK(share(text, 9.9) == 0);
    CHECK(share(text, 10.1) == 1);
    CHECK(LoadShape::parse(text).value().longest_idle() == 8 * kSecond);
  }
  CHECK(share("square:10s:100%", 9.9) == 1);
}

TEST_CASE("load_shape: a ramp rises from nothing and begins anew") {
  CHECK(share("ramp:60s", 0) == 0);
  CHECK(share("ramp:60s", 30) == 0.5);
  CHECK(share("ramp:60s", 59) > 0.98);
  CHECK(share("ramp:60s", 61) < 0.02);
  CHECK(LoadShape::parse("ramp:60s").value().longest_idle() == 0);
}

TEST_CASE("load_shape: what is none is refused") {
  for (const char* text :
       {"", "const", "constant:1s", "burst", "burst:2s", "burst:2:8", "burst:2s:8s:1s",
        "burst:0s:8s", "square:10s", "square:10s:0%", "square:10s:101%", "square:10s:50",
        "ramp:", "ramp:0s", "ramp:100ms", "ramp:25h", "triangle:10s"}) {
    INFO(text);
    CHECK_FALSE(LoadShape::parse(text));
  }
}
