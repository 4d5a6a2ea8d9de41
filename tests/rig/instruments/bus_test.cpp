// SPDX-License-Identifier: Apache-2.0
//
// Also tests: tcp_link.cpp tcp_connect.cpp
// The bus against a device that misbehaves in every way we know: no wrong value, no call past its
// deadline (with an allowance for a loaded machine), and it recovers by itself.
#include "rig/instruments/bus.hpp"

#include <future>
#include <set>

#include "rig/instruments/bus_pool.hpp"
#include "rig/instruments/tcp_connect.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/modbus_fake.hpp"

using namespace soakrig;
using namespace soakrig::instruments;
using test::Misdeed;
using test::ModbusFake;

namespace {

constexpr Nanos kTimeout = 150 * kMillisecond;
constexpr Nanos kAllowance = 3 * kSecond;  // this machine may be busy; a hang is far longer

const SystemClock kClock;

// Short deadlines where deadlines are the point; long ones where the device behaves, since this
// machine may be too busy to answer itself in 150 ms.
ConnectSpec spec_of(const ModbusFake& fake) {
  return parse_connect(fake.connect("unit=1&timeout=150ms")).value();
}
ConnectSpec patient_spec_of(const ModbusFake& fake, const char* timeout = "20s") {
  return parse_connect(fake.connect(std::string("unit=1&timeout=") + timeout)).value();
}

struct Tally {
  int good = 0, failed = 0, exceptions = 0, wrong = 0;
  Nanos longest = 0;
};

// Alternates between quantities of equal length, so that a stale reply would be another's value.
Tally hammer(ModbusBus& bus, int calls) {
  Tally tally;
  for (int i = 0; i < calls; ++i) {
    const auto address = static_cast<std::uint16_t>(i % 2 == 0 ? 2820 : 2782);
    const Nanos start = kClock.boot_ns();
    const auto reply = bus.read_now({1, Area::holding, address, 2});
    tally.longest = std::max(tally.longest, kClock.boot_ns() - start);
    if (!reply) {
      ++tally.failed;
    } else if (reply->exception != 0) {
      ++tally.exceptions;
    } else if (reply->words == std::vector<std::uint16_t>{
                                   ModbusFake::content(address),
                                   ModbusFake::content(static_cast<std::uint16_t>(address + 1))}) {
      ++tally.good;
    } else {
      ++tally.wrong;
    }
  }
  return tally;
}

}  // namespace

TEST_CASE("a device that behaves is read and written, over one connection") {
  ModbusFake fake([](std::size_t) { return Misdeed::none; });
  ModbusBus bus(patient_spec_of(fake), kClock);
  CHECK(hammer(bus, 50).good == 50);
  CHECK(bus.write_now({1, 2782, {0x2000, 0x47F1}, false}));
  CHECK(bus.read_now({1, Area::holding, 2782, 2}).value().words ==
        std::vector<std::uint16_t>{0x2000, 0x47F1});
  CHECK(bus.write_now({1, 2730, {62}, true}));
  CHECK(bus.read_now({1, Area::holding, 2730, 1}).value().words == std::vector<std::uint16_t>{62});
  CHECK(fake.connections() == 1);
  CHECK(bus.session().counters().reconnects == 1);
  CHECK(bus.session().counters().transactions == 54);
  // Every request has a number of its own, or a late reply could not be told from an answer.
  const auto numbers = fake.transactions();
  CHECK(std::set<std::uint16_t>(numbers.begin(), numbers.end()).size() == numbers.size());
}

TEST_CASE("each misdeed: no wrong value, no call past its deadline, good again afterwards") {
  for (int kind = 1; kind < test::kMisdeeds; ++kind) {
    const auto misdeed = static_cast<Misdeed>(kind);
    if (misdeed == Misdeed::wrong_echo) continue;  // is about writes
    CAPTURE(kind);
    ModbusFake fake([misdeed](std::size_t n) { return n == 3 ? misdeed : Misdeed::none; }, 400, 60);
    ModbusBus bus(spec_of(fake), kClock);
    const Tally tally = hammer(bus, 10);
    CHECK(tally.wrong == 0);
    CHECK(tally.longest < kTimeout + kAllowance);
    // It heals by itself: after a few more calls at the most there are values again.
    Tally after;
    for (int tries = 0; tries < 200 && after.good == 0; ++tries) after = hammer(bus, 1);
    CHECK(after.good == 1);
    CHECK(after.wrong == 0);
  }
}

TEST_CASE("every other request misbehaves, in turn through all misdeeds: never a wrong value") {
  ModbusFake fake(
      [](std::size_t n) {
        if (n % 2 == 0) return Misdeed::none;
        const auto misdeed = static_cast<Misdeed>((n / 2) % test::kMisdeeds);
        return misdeed == Misdeed::wrong_echo ? Misdeed::none : misdeed;
      },
      200, 20);
  ModbusBus bus(spec_of(fake), kClock);
  const Tally tally = hammer(bus, 60);
  CHECK(tally.wrong == 0);
  CHECK(tally.good > 0);
  CHECK(tally.failed > 0);
  CHECK(tally.longest < kTimeout + kAllowance);
}

TEST_CASE("an echo of something else is an error of the write") {
  ModbusFake fake([](std::size_t n) { return n == 0 ? Misdeed::wrong_echo : Misdeed::none; });
  ModbusBus bus(patient_spec_of(fake), kClock);
  const auto written = bus.write_now({1, 2730, {62}, true});
  REQUIRE_FALSE(written);
  CHECK(written.error().code == Errc::protocol);
  CHECK(bus.session().counters().bad_replies == 1);
  CHECK(bus.write_now({1, 2730, {62}, true}));
}

TEST_CASE("an exception is an answer: the link stays") {
  ModbusFake fake([](std::size_t) { return Misdeed::exception; });
  ModbusBus bus(patient_spec_of(fake), kClock);
  const Tally tally = hammer(bus, 5);
  CHECK(tally.exceptions == 5);
  CHECK(fake.connections() == 1);
  CHECK(bus.session().counters().exceptions == 5);
}

TEST_CASE("nobody listens: an error with the place and the remedy, and no spinning") {
  ConnectSpec spec = parse_connect("tcp://127.0.0.1:1?timeout=150ms").value();
  ModbusBus bus(spec, kClock);
  const auto first = bus.read_now({1, Area::holding, 0, 1});
  REQUIRE_FALSE(first);
  CHECK(first.error().message().find("127.0.0.1:1") != std::string::npos);
  CHECK(first.error().message().find("address right") != std::string::npos);
  for (int i = 0; i < 5; ++i) CHECK_FALSE(bus.read_now({1, Area::holding, 0, 1}));
  // The backoff holds: the calls waited for the next attempt instead of making one each.
  CHECK(bus.session().counters().refused_connects <= 5);
}

TEST_CASE("requests are queued with their deadlines and answered exactly once") {
  ModbusFake fake([](std::size_t n) { return n == 0 ? Misdeed::silent : Misdeed::none; });
  std::vector<std::future<Result<Reply>>> answers;
  {
    ModbusBus bus(patient_spec_of(fake, "3s"), kClock);
    const auto ask = [&](Nanos deadline) {
      auto promise = std::make_shared<std::promise<Result<Reply>>>();
      answers.push_back(promise->get_future());
      bus.read({1, Area::holding, 10, 1}, deadline,
               [promise](Result<Reply> reply) { promise->set_value(std::move(reply)); });
    };
    const Nanos now = kClock.boot_ns();
    ask(now + 30 * kSecond);  // meets silence
    ask(now);                 // expires while the first waits
    ask(now + 30 * kSecond);
    for (auto& answer : answers) answer.wait();
    CHECK(answers[0].get().error().code == Errc::timeout);
    CHECK(answers[1].get().error().code == Errc::timeout);
    CHECK(answers[2].get().value().words == std::vector<std::uint16_t>{ModbusFake::content(10)});
    CHECK(bus.session().counters().expired == 1);
    answers.clear();
    for (int i = 0; i < 20; ++i) ask(kClock.boot_ns() + 30 * kSecond);
  }
  // The bus is gone: each is answered, with its value or with `cancelled`.
  for (auto& answer : answers) {
    const auto reply = answer.get();
    CHECK((reply.has_value() || reply.error().code == Errc::cancelled));
  }
}

TEST_CASE("nothing is sent over a connection other than the one that was proven") {
  ModbusFake fake([](std::size_t n) { return n == 1 ? Misdeed::close : Misdeed::none; });
  ModbusBus bus(patient_spec_of(fake), kClock);
  CHECK(bus.read_now({1, Area::holding, 10, 1}));
  const std::uint64_t proven = bus.session().connection(1);
  CHECK_FALSE(bus.read_now({1, Area::holding, 10, 1}, proven));
  const std::size_t before = fake.requests();
  const auto refused = bus.write_now({1, 2782, {1, 2}, false}, proven);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::cancelled);
  CHECK(fake.requests() == before);
  CHECK(bus.read_now({1, Area::holding, 10, 1}, bus.session().connection(1)));
}

TEST_CASE("jobs run on the bus's thread in order of time, and not after its end") {
  ModbusFake fake([](std::size_t) { return Misdeed::none; });
  std::promise<std::vector<int>> done;
  auto order = std::make_shared<std::vector<int>>();
  ModbusBus bus(patient_spec_of(fake), kClock);
  const Nanos now = kClock.boot_ns();
  CHECK(bus.at(now + 40 * kMillisecond, [&, order] {
    order->push_back(2);
    order->push_back(bus.read_now({1, Area::holding, 10, 1}) ? 3 : -1);
    done.set_value(*order);
  }));
  CHECK(bus.at(now, [order] { order->push_back(1); }));
  CHECK(done.get_future().get() == std::vector<int>{1, 2, 3});
}

TEST_CASE("a connection has a deadline, and a name that does not exist is named") {
  const auto unknown =
      tcp_connect("no-such-host.invalid", 502, kClock.boot_ns() + 300 * kMillisecond, kClock);
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().what.find("no-such-host.invalid") != std::string::npos);
}

TEST_CASE("one line is one bus, and cannot be set up in two ways") {
  BusPool pool;
  const auto one = pool.get("rtu:///dev/ttyS0?unit=1", kClock);
  REQUIRE(one);
  CHECK(pool.get("rtu:///dev/ttyS0?unit=2&timeout=3s", kClock).value() == *one);
  CHECK(pool.get("rtu:///dev/ttyS1?unit=2", kClock).value() != *one);
  CHECK(pool.get("rtu:///dev/ttyS0?unit=2&baud=2400", kClock).error().code == Errc::invalid);
  CHECK_FALSE(pool.get("nowhere", kClock));
}
