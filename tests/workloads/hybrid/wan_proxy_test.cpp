// SPDX-License-Identifier: Apache-2.0
// Also tests: wan_link.cpp
#include "workloads/hybrid/wan_proxy.hpp"

#include <chrono>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/raw_server.hpp"
#include "workloads/hybrid/asker.hpp"
#include "workloads/openai/http_fetch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;
using soakrig::test::RawServer;

namespace {

const SystemClock kClock;

std::string answer(std::size_t length) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(length) + "\r\n\r\n" + std::string(length, 'x');
}

struct Through {
  explicit Through(const WanSettings& settings, std::size_t length = 10)
      : server({{answer(length), false}}),
        proxy(start_wan_proxy(parse_http_url(server.url()).value(), settings, kClock.boot_ns(),
                              kClock)
                  .value()) {}

  // How long an answer takes on a new connection.
  Result<double> fetch(Nanos timeout = 5 * kSecond) const {
    const HttpUrl url{false, "127.0.0.1", std::to_string(proxy->port()), ""};
    const Nanos begin = kClock.boot_ns();
    const auto got = http_fetch(url, "/", {}, "", timeout, kClock);
    if (!got) return got.error();
    bytes = got->body.size();
    return to_seconds(kClock.boot_ns() - begin);
  }

  RawServer server;
  std::unique_ptr<WanProxy> proxy;
  mutable std::size_t bytes = 0;
};

}  // namespace

TEST_CASE("wan_proxy: a new connection takes two round trips, and every byte is counted") {
  WanSettings s;
  s.rtt = 60 * kMillisecond;
  const Through through(s, 1000);
  const auto took = through.fetch();
  REQUIRE(took);
  CHECK(*took >= 0.120);
  CHECK(through.bytes == 1000);
  const WanCounts counts = through.proxy->counts();
  CHECK(counts.down_bytes == answer(1000).size());
  const std::string asked =
      "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(through.proxy->port()) +
      "\r\nAccept: application/json\r\n\r\n";
  CHECK(counts.up_bytes == asked.size());
  CHECK(counts.connections == 1);
}

TEST_CASE("wan_proxy: the rate bounds both ways, and nothing is lost or out of order") {
  WanSettings s;
  s.down_rate = 200'000;
  const Through through(s, 60'000);
  const auto took = through.fetch();
  REQUIRE(took);
  CHECK(*took >= (60'000 - 4 * 1448) / 200'000.0);
  CHECK(through.bytes == 60'000);
}

TEST_CASE("wan_proxy: a transparent link only counts") {
  const Through through(WanSettings{}, 500'000);
  REQUIRE(through.fetch());
  CHECK(through.bytes == 500'000);
  CHECK(through.proxy->counts().down_bytes == answer(500'000).size());
}

TEST_CASE("wan_proxy: an outage refuses, or holds everything back") {
  WanSettings s;
  s.outage_kind = OutageKind::refuse;
  s.trace = {{0, {}, {}, {}}, {2, 1.0, {}, {}}, {100, 1.0, {}, {}}};  // out for two seconds
  {
    const Through refused(s);
    const auto took = refused.fetch(300 * kMillisecond);
    REQUIRE_FALSE(took);
    CHECK(took.error().message().find("refused") != std::string::npos);
    // And it comes back on the same port.
    Result<double> later = took;
    const Nanos until = kClock.boot_ns() + 10 * kSecond;
    while (!later && kClock.boot_ns() < until) later = refused.fetch(300 * kMillisecond);
    CHECK(later);
  }
  s.outage_kind = OutageKind::black_hole;
  const Through held(s);
  const auto early = held.fetch(300 * kMillisecond);
  REQUIRE_FALSE(early);
  CHECK(early.error().code == Errc::timeout);
  CHECK(held.fetch(10 * kSecond));
}

TEST_CASE("wan_proxy: a stall holds bytes until it is over") {
  WanSettings s;
  s.stalls = {kMillisecond, 100 * kMillisecond};  // stalled nearly always
  s.seed = 4;
  const Through through(s);
  // The first may slip through before the first stall; eight cannot, at a third of a millisecond each.
  double took = 0;
  for (int i = 0; i < 8; ++i) {
    const auto one = through.fetch(20 * kSecond);
    REQUIRE(one);
    took += *one;
  }
  CHECK(took > 0.02);
}

TEST_CASE("wan_proxy: settings that cannot be start nothing") {
  WanSettings s;
  s.jitter = kSecond;
  const auto proxy = start_wan_proxy({false, "127.0.0.1", "9", ""}, s, 0, kClock);
  REQUIRE_FALSE(proxy);
  CHECK(proxy.error().code == Errc::invalid);
}
