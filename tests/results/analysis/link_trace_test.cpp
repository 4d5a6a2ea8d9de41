// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/link_trace.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::analysis;

TEST_CASE("link trace: time, outages, round trips and speed by hand") {
  const auto rows = parse_link_trace(
      "# recorded\nt_s,rtt_ms,kbit_s,loss\n0,40,1000,0\n80, 60 "
      ",500,0.1\r\n90,,,\n95,,,\n100,40,1000,0\n"
      "198,,,\n200,40,1000,0\n",
      "l.csv");
  REQUIRE(rows);
  const LinkFigures f = link_figures(*rows);
  CHECK(f.span_s == 200);
  CHECK(f.availability == Approx(188.0 / 200));
  CHECK(f.outages == 2);
  CHECK(f.longest_outage_s == 10);
  CHECK(*f.rtt_p50_ms == 40);
  CHECK(*f.rtt_p95_ms == 60);  // 10 of 188 s
  CHECK(*f.kbit_s_p5 == 500);
  CHECK(*f.loss == Approx(1.0 / 188));
}

TEST_CASE("link trace: what comes down has a speed of its own") {
  const auto rows =
      parse_link_trace("t_s,rtt_ms,down_kbit_s\n0,40,8000\n90,40,2000\n99,40,\n100,,\n", "l.csv");
  REQUIRE(rows);
  CHECK(*link_figures(*rows).down_kbit_s_p5 == 2000);
  CHECK_FALSE(link_figures(*rows).kbit_s_p5);
}

TEST_CASE("link trace: a link that was never up has no round trip") {
  const auto rows = parse_link_trace("t_s,rtt_ms\n0,\n10,\n", "l.csv");
  REQUIRE(rows);
  const LinkFigures f = link_figures(*rows);
  CHECK(f.availability == 0);
  CHECK(f.outages == 1);
  CHECK_FALSE(f.rtt_p50_ms);
  CHECK_FALSE(f.loss);
}
