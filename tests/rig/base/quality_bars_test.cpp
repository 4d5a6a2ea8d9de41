// SPDX-License-Identifier: Apache-2.0
#include "rig/base/quality_bars.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("bars of quality are read from the command line of that kind only") {
  WorkloadSpec sense;
  sense.kind = "quality";
  sense.argv = {"soakrig",           "quality", "--top1-min",      "0.9",
                "--kl-max",          "many",    "--top1-fall-max", "0.05x",
                "--solved-fall-max", "0.125",   "http://a",        "--solved-min"};
  const auto bars = quality_bars(sense);
  REQUIRE(bars.size() == 2);
  CHECK(bars[0].key->key == "top1_min");
  CHECK(bars[0].key->kind == BarKind::least);
  CHECK(bars[0].bar == 0.9);
  CHECK(bars[1].key->gauge == "solved");
  CHECK(bars[1].key->kind == BarKind::fall);
  CHECK(bars[1].bar == 0.125);
  sense.kind = "program";  // its arguments are its own
  CHECK(quality_bars(sense).empty());
}
