// SPDX-License-Identifier: Apache-2.0
#include "rig/base/link_trace.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

namespace {
std::string message(const std::string& csv) {
  const auto rows = parse_link_trace(csv, "l.csv");
  REQUIRE_FALSE(rows);
  return rows.error().message();
}
}  // namespace

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

TEST_CASE("link trace: what is written is read back to the last digit") {
  const std::vector<LinkRow> rows{{0, 40.125, {}, 0.1}, {1.0 / 3, {}, {}, {}}, {2, 1, 1e6, 0, 2.5}};
  const auto back = parse_link_trace(link_trace_csv(rows), "l.csv");
  REQUIRE(back);
  REQUIRE(back->size() == 3);
  CHECK(back->at(0).rtt_ms == 40.125);
  CHECK_FALSE(back->at(0).kbit_s);
  CHECK(back->at(1).t_s == 1.0 / 3);
  CHECK_FALSE(back->at(1).rtt_ms);
  CHECK(back->at(2).kbit_s == 1e6);
  CHECK_FALSE(back->at(0).down_kbit_s);
  CHECK(back->at(2).down_kbit_s == 2.5);
}
