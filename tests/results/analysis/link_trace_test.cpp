// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/link_trace.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::analysis;

namespace {
std::string message(const std::string& csv) {
  const auto rows = parse_link_trace(csv, "l.csv");
  REQUIRE_FALSE(rows);
  return rows.error().message();
}
}  // namespace

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

TEST_CASE("link trace: a link that was never up has no round trip") {
  const auto rows = parse_link_trace("t_s,rtt_ms\n0,\n10,\n", "l.csv");
  REQUIRE(rows);
  const LinkFigures f = link_figures(*rows);
  CHECK(f.availability == 0);
  CHECK(f.outages == 1);
  CHECK_FALSE(f.rtt_p50_ms);
  CHECK_FALSE(f.loss);
}

TEST_CASE("link trace: a broken line is one error with its place") {
  CHECK(message("t_s,rtt_ms\n0,40\n0,41\n").find("l.csv:3: its time is not after") == 0);
  CHECK(message("t_s,rtt_ms\n0,-4\n1,1\n").find("l.csv:2: rtt_ms is '-4'") == 0);
  CHECK(message("t_s,rtt_ms\n0\n1,1\n").find("l.csv:2: it has not as many values") == 0);
  CHECK(message("t_s,rtt_ms,loss\n0,1,2\n").find("l.csv:2: loss is '2'") == 0);
  CHECK(message("t_s,delay\n0,1\n").find("l.csv:1: no column 'delay'") == 0);
  CHECK(message("t_s,t_s\n0,1\n").find("l.csv:1") == 0);
  CHECK(message("t_s\n0\n").find("no column rtt_ms") != std::string::npos);
  CHECK(message("t_s,rtt_ms\n,1\n").find("it has no t_s") != std::string::npos);
  CHECK(message("t_s,rtt_ms\n0,nan\n").find("rtt_ms is 'nan'") != std::string::npos);
  CHECK(message("t_s,rtt_ms\n0,1\n").find("fewer than two rows") != std::string::npos);
  CHECK(message("").find("fewer than two rows") != std::string::npos);
}
