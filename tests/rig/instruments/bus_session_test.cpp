// SPDX-License-Identifier: Apache-2.0
//
// Also tests: rtu_link.cpp modbus_receiver.cpp
// The manners on a serial line, without a thread, against units that misbehave: what a late, broken
// or foreign reply must never do is become a value. TCP: bus_test.cpp.
#include "rig/instruments/bus_session.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/modbus_fake.hpp"
#include "tests/support/rtu_fake.hpp"

using namespace soakrig;
using namespace soakrig::instruments;
using test::ModbusFake;
using test::RtuFake;
using test::Sent;
using Bytes = std::vector<std::uint8_t>;

namespace {

const SystemClock kClock;

ConnectSpec spec_of(const RtuFake& fake, const std::string& options) {
  return parse_connect(fake.connect(options)).value();
}

std::vector<std::uint16_t> content(std::uint16_t address) {
  return {ModbusFake::content(address),
          ModbusFake::content(static_cast<std::uint16_t>(address + 1))};
}

struct Tally {
  int good = 0, failed = 0, wrong = 0;
};

// Alternates between quantities of equal length, so that a stale reply would be another's value.
Tally hammer(BusSession& session, int calls, std::uint8_t unit = 1) {
  Tally tally;
  for (int i = 0; i < calls; ++i) {
    const auto address = static_cast<std::uint16_t>(i % 2 == 0 ? 2820 : 2782);
    const auto reply = session.read({unit, Area::holding, address, 2},
                                    kClock.boot_ns() + session.connect().timeout);
    ++(!reply ? tally.failed : reply->words == content(address) ? tally.good : tally.wrong);
  }
  return tally;
}

// Until a call is good again: the machine may be busy, wrong values are never excused.
Tally until_good(BusSession& session, std::uint8_t unit = 1) {
  Tally sum;
  for (int i = 0; i < 400 && sum.good == 0; ++i) {
    const Tally one = hammer(session, 1, unit);
    sum.good += one.good;
    sum.wrong += one.wrong;
    sum.failed += one.failed;
  }
  return sum;
}

}  // namespace

TEST_CASE("a serial unit that behaves is read; the line is locked meanwhile") {
  RtuFake fake(&test::honest);
  BusSession session(spec_of(fake, "unit=1&timeout=5s&quiet=20ms"), kClock);
  CHECK(session.connection(1) == 0);
  CHECK(hammer(session, 20).good == 20);
  CHECK(session.counters().transactions == 20);
  CHECK(session.connection(1) == 1);
  BusSession other(spec_of(fake, "unit=1&timeout=100ms&quiet=20ms"), kClock);
  const auto refused = other.read({1, Area::holding, 1, 1}, kClock.boot_ns() + kSecond);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::busy);
  session.close();
  CHECK(until_good(other).good == 1);
}

TEST_CASE("one late reply is no value for whoever asks next, and is counted") {
  RtuFake fake([](std::size_t n, std::uint8_t, Bytes reply) -> std::vector<Sent> {
    return {{n == 2 ? 150 : 0, std::move(reply)}};
  });
  BusSession session(spec_of(fake, "unit=1&timeout=100ms&quiet=200ms"), kClock);
  Tally tally;
  for (int i = 0; i < 400 && (tally.good < 6 || session.counters().late_replies == 0); ++i) {
    const Tally one = hammer(session, 2);
    tally.good += one.good;
    tally.wrong += one.wrong;
  }
  CHECK(tally.wrong == 0);
  CHECK(tally.good >= 6);
  CHECK(session.counters(1).late_replies >= 1);
  const auto frames = session.frames(64);
  CHECK(std::ranges::any_of(frames,
                            [](const RawFrame& f) { return f.kind == RawFrame::Kind::stray; }));
}

TEST_CASE("broken replies are errors, and the line is good again afterwards") {
  const auto broken = [](std::size_t n, Bytes reply) -> std::vector<Sent> {
    Bytes twice = reply;
    switch (n) {
      case 1:  // checksum
        reply.back() ^= 1;
        return {{0, reply}};
      case 3:  // another unit, rightly framed
        return {{0, rtu_frame({{9, 3, 4, 1, 2, 3, 4}})}};
      case 5:  // truncated
        reply.resize(4);
        return {{0, reply}};
      case 7:  // stray bytes behind
        reply.push_back(0x17);
        return {{0, reply}};
      case 9:  // twice
        twice.insert(twice.end(), reply.begin(), reply.end());
        return {{0, twice}};
      case 11:  // a stray zero before
        reply.insert(reply.begin(), 0);
        return {{0, reply}};
      case 13:  // another function
        return {{0, rtu_frame({{1, 4, 4, 1, 2, 3, 4}})}};
      case 15:  // fewer registers than asked for
        return {{0, rtu_frame({{1, 3, 2, 1, 2}})}};
      default:
        return {{0, reply}};
    }
  };
  RtuFake fake(
      [&](std::size_t n, std::uint8_t, Bytes reply) { return broken(n, std::move(reply)); });
  BusSession session(spec_of(fake, "unit=1&timeout=150ms&quiet=60ms"), kClock);
  Tally sum;
  for (int i = 0; i < 400 && fake.requests() < 20; ++i) {
    const Tally one = hammer(session, 2);
    sum.good += one.good;
    sum.failed += one.failed;
    sum.wrong += one.wrong;
  }
  CHECK(sum.wrong == 0);
  CHECK(sum.good > 0);
  CHECK(sum.failed > 0);
  CHECK(session.counters().crc_errors >= 1);
  CHECK(until_good(session).wrong == 0);
}

TEST_CASE("a silent unit does not take its siblings' time, and is found when it is back") {
  std::atomic<bool> silent{false};
  RtuFake fake([&](std::size_t, std::uint8_t unit, Bytes reply) -> std::vector<Sent> {
    if (unit == 2 && silent) return {};
    return {{0, std::move(reply)}};
  });
  BusSession session(spec_of(fake, "timeout=2s&quiet=20ms"), kClock);
  CHECK(until_good(session, 1).good == 1);
  CHECK(until_good(session, 2).good == 1);
  const std::uint64_t before = session.connection(2);
  silent = true;
  for (int i = 0; i < 3; ++i) CHECK(hammer(session, 1, 2).good == 0);
  CHECK(until_good(session, 1).good == 1);
  // Known to be out, it is not waited for as long as it would be allowed.
  Nanos shortest = kMinute;
  for (int i = 0; i < 5; ++i) {
    const Nanos from = kClock.boot_ns();
    CHECK(hammer(session, 1, 2).good == 0);
    shortest = std::min(shortest, kClock.boot_ns() - from);
    CHECK(until_good(session, 1).wrong == 0);
  }
  CHECK(shortest < kSecond);
  silent = false;
  CHECK(until_good(session, 2).good == 1);
  // It may be another device by now: it is to be proven anew, whether or not the port was reopened.
  CHECK(session.connection(2) > before);
}

TEST_CASE("an adapter that is pulled is an error, not a hang") {
  auto fake = std::make_unique<RtuFake>(&test::honest);
  BusSession session(spec_of(*fake, "unit=1&timeout=200ms&quiet=20ms"), kClock);
  CHECK(until_good(session).good == 1);
  fake->vanish();
  for (int i = 0; i < 5; ++i) CHECK(hammer(session, 1).failed == 1);
  CHECK(session.counters().refused_connects > 0);
}

TEST_CASE("an owner that must wait may give up") {
  const ConnectSpec spec = parse_connect("tcp://127.0.0.1:1?timeout=300ms").value();
  BusSession session(spec, kClock, [](Nanos) { return false; });
  Error last;
  for (int i = 0; i < 4; ++i) {
    const auto reply =
        session.read({1, Area::holding, 0, 1}, kClock.boot_ns() + 300 * kMillisecond);
    REQUIRE_FALSE(reply);
    last = reply.error();
  }
  CHECK(last.code == Errc::cancelled);
}
