// SPDX-License-Identifier: Apache-2.0
#include "rig/app/link_probe.hpp"

#include <algorithm>

#include "results/analysis/link_trace.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/raw_server.hpp"
#include "workloads/hybrid/wan_proxy.hpp"

using namespace soakrig;
using soakrig::app::LinkProbe;
using soakrig::app::probe_link;
using soakrig::test::RawServer;

namespace {

const SystemClock kClock;
constexpr const char* kAnswer = "HTTP/1.1 204 No Content\r\n\r\n";

LinkProbe probe(const std::string& url, Nanos length, std::uint64_t send = 0) {
  LinkProbe out;
  out.url = parse_http_url(url).value();
  out.length = length;
  out.every = 100 * kMillisecond;
  out.within = kSecond;
  out.send = send;
  return out;
}

}  // namespace

TEST_CASE("link probe: round trip, speed and an outage are those of the emulated link") {
  RawServer server({{kAnswer, false}});
  workloads::WanSettings link;
  // 30 ms, 1600 kbit/s; out from the first second to the second one.
  link.trace = {
      {0, 30.0, 1600.0, {}}, {1, {}, {}, {}}, {2, 30.0, 1600.0, {}}, {100, 30.0, 1600.0, {}}};
  const auto proxy = workloads::start_wan_proxy(parse_http_url(server.url()).value(), link,
                                                kClock.boot_ns(), kClock);
  REQUIRE(proxy);
  const auto rows = probe_link(
      probe("http://127.0.0.1:" + std::to_string((*proxy)->port()), 3 * kSecond, 50'000), kClock);
  REQUIRE(rows);
  const analysis::LinkFigures seen = analysis::link_figures(*rows);
  CHECK(seen.span_s >= 3);
  CHECK(seen.outages == 1);
  CHECK(seen.availability < 0.85);
  CHECK(seen.availability > 0.2);
  REQUIRE(seen.rtt_p50_ms);
  CHECK(*seen.rtt_p50_ms >= 30);
  REQUIRE(seen.kbit_s_p5);
  CHECK(*seen.kbit_s_p5 < 2600);  // some packets go at once
  REQUIRE(seen.loss);
  CHECK(*seen.loss < 0.5);
  // What was measured is a trace like a recorded one.
  const auto again = parse_link_trace(link_trace_csv(*rows), "measured.csv");
  REQUIRE(again);
  CHECK(analysis::link_figures(*again).rtt_p95_ms == seen.rtt_p95_ms);
  CHECK(analysis::link_figures(*again).availability == seen.availability);
}

TEST_CASE(
    "link probe: what is fetched tells the speed downwards, and too little of it tells none") {
  const std::string body(200'000, 'x');
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  // Each tick asks twice: the empty request, then what is to be fetched.
  RawServer server(
      {{kAnswer, false}, {head + body, false}, {kAnswer, false}, {head + body, false}});
  workloads::WanSettings link;
  link.trace = {{0, 10.0, 8000.0, {}, 4000.0}, {100, 10.0, 8000.0, {}, 4000.0}};
  const auto proxy = workloads::start_wan_proxy(parse_http_url(server.url()).value(), link,
                                                kClock.boot_ns(), kClock);
  REQUIRE(proxy);
  LinkProbe asked =
      probe("http://127.0.0.1:" + std::to_string((*proxy)->port()), 50 * kMillisecond);
  asked.fetch = "/large";
  const auto rows = probe_link(asked, kClock);
  REQUIRE(rows);
  CHECK(rows->front().rtt_ms);
  REQUIRE(rows->front().down_kbit_s);
  // 4000 kbit/s behind a burst of some packets, and whatever this machine does meanwhile.
  CHECK(*rows->front().down_kbit_s < 5500);
  CHECK(*rows->front().down_kbit_s > 100);
  CHECK_FALSE(rows->front().kbit_s);
  RawServer small({{kAnswer, false}});
  asked.url = parse_http_url(small.url()).value();
  const auto none = probe_link(asked, kClock);
  REQUIRE(none);
  CHECK(none->front().rtt_ms);
  CHECK_FALSE(none->front().down_kbit_s);
}

TEST_CASE("link probe: a body that does not come to its end counts up to the deadline") {
  const std::string part(100'000, 'x');
  RawServer server(
      {{kAnswer, false}, {"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n" + part, false}});
  LinkProbe asked = probe(server.url(), 50 * kMillisecond);
  asked.within = 300 * kMillisecond;
  asked.fetch = "/stalls";
  const auto rows = probe_link(asked, kClock);
  REQUIRE(rows);
  REQUIRE(rows->front().down_kbit_s);
  CHECK(*rows->front().down_kbit_s < 100'000 * 8 / 250.0);
}

TEST_CASE("link probe: nobody there is an outage all along, no address an error") {
  const auto rows = probe_link(probe("http://127.0.0.1:1", 200 * kMillisecond), kClock);
  REQUIRE(rows);
  CHECK(rows->size() >= 2);
  CHECK(analysis::link_figures(*rows).availability == 0);
  CHECK_FALSE(analysis::link_figures(*rows).rtt_p95_ms);
  const auto none = probe_link(probe("http://no-such-host.invalid", kSecond), kClock);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::not_found);
}

TEST_CASE("link probe: without a larger request there is no speed") {
  RawServer server({{kAnswer, false}});
  const auto rows = probe_link(probe(server.url(), 200 * kMillisecond), kClock);
  REQUIRE(rows);
  CHECK(rows->front().rtt_ms);
  CHECK(std::ranges::none_of(*rows, [](const LinkRow& row) { return row.kbit_s.has_value(); }));
}
