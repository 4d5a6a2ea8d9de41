// SPDX-License-Identifier: Apache-2.0
#include "rig/control/power_control.hpp"

#include <boost/asio/io_context.hpp>
#include <map>

#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_relay.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

// Boards on a fake relay, and a meter that shows what a test says.
struct Fixture {
  boost::asio::io_context io;
  test::FakeRelay relay;
  std::vector<Event> events;
  std::map<std::string, std::optional<double>> watts;
  std::vector<std::pair<std::string, bool>> recovered;
  PowerControl power{io,
                     {.store = [this](Event e) { events.push_back(std::move(e)); },
                      .watts = [this](const std::string& board, Nanos) { return watts[board]; },
                      .recovered = [this](const std::string& board,
                                          bool ok) { recovered.emplace_back(board, ok); }}};
  Nanos now = 0;

  void add(const std::string& board, int channel, int recover, bool metered) {
    PowerSpec spec;
    spec.relay = "strip";
    spec.channel = channel;
    spec.recover = recover;
    power.add(board, spec, relay, metered);
  }
  void run(Nanos time) {
    for (const Nanos end = now + time; now < end; now += 100 * kMillisecond) {
      power.step(now);
      io.restart();
      io.poll();
    }
  }
  [[nodiscard]] nlohmann::json body(std::size_t i) const {
    return parse_json(events.at(i).body).value();
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "every supply is ordered, and each end is an event of its board") {
  add("a", 1, 0, true);
  add("b", 2, 0, false);
  CHECK(power.settled());
  power.order(PhasePower::cycle, now);
  CHECK_FALSE(power.settled());
  watts["a"] = 0.3;
  run(12 * kSecond);
  CHECK_FALSE(power.settled());  // a's meter does not show it on again
  watts["a"] = 5.0;
  run(2 * kSecond);
  CHECK(power.settled());
  CHECK(relay.orders == std::vector<std::string>{"open 1", "open 2", "close 2", "close 1"});
  REQUIRE(events.size() == 2);
  CHECK(events[0].board == "b");
  CHECK(body(0)["proven_by"] == "relay");
  CHECK(body(0)["off_watts"].is_null());
  CHECK(events[1].board == "a");
  CHECK(body(1)["ok"] == true);
  CHECK(body(1)["what"] == "cycle");
  CHECK(body(1)["off_watts"] == 0.3);
  CHECK(body(1)["on_watts"] == 5.0);
}

TEST_CASE_METHOD(Fixture, "a cycle is a pulse of the relay's own where it has one long enough") {
  relay.pulse = 100;
  add("a", 3, 0, false);
  power.order(PhasePower::cycle, now);
  run(15 * kSecond);
  CHECK(power.settled());
  REQUIRE(relay.orders.size() == 2);
  CHECK(relay.orders[0] == "pulse 3 40");  // longer than the cut: it is only for when we are dead
  CHECK(relay.orders[1] == "close 3");
  relay.orders.clear();
  power.order(PhasePower::off, now);  // for good: no pulse
  run(kSecond);
  CHECK(relay.orders == std::vector<std::string>{"open 3"});
}

TEST_CASE_METHOD(Fixture, "a relay that fails is a failure with the board's name") {
  add("a", 1, 0, false);
  relay.answer = Error{Errc::timeout, "no answer within 1 s"};
  power.order(PhasePower::off, now);
  run(kSecond);
  CHECK_FALSE(power.settled());
  REQUIRE(power.failure());
  CHECK(power.failure()->find("board a") != std::string::npos);
  CHECK(power.failure()->find("no answer within 1 s") != std::string::npos);
  REQUIRE(events.size() == 1);
  CHECK(events[0].severity == Severity::alarm);
  relay.answer = {};
  power.order(PhasePower::on, now);
  run(kSecond);
  CHECK(power.settled());
}

TEST_CASE_METHOD(Fixture, "a board that is down is recovered within its budget") {
  add("a", 1, 2, false);
  CHECK_FALSE(power.recover("other", now));
  for (int i = 0; i < 2; ++i) {
    REQUIRE(power.recover("a", now));
    CHECK(power.recovering("a"));
    run(12 * kSecond);
    CHECK_FALSE(power.recovering("a"));
  }
  CHECK_FALSE(power.recover("a", now));  // its budget is spent
  CHECK(recovered == std::vector<std::pair<std::string, bool>>{{"a", true}, {"a", true}});
  CHECK(body(0)["recovery"] == true);
}

TEST_CASE_METHOD(Fixture, "a recovery that fails is the board's business, not the run's") {
  add("a", 1, 1, true);
  watts["a"] = 7.0;  // does not fall
  REQUIRE(power.recover("a", now));
  run(25 * kSecond);
  CHECK(recovered == std::vector<std::pair<std::string, bool>>{{"a", false}});
  CHECK_FALSE(power.failure());
  CHECK(power.settled());
}

TEST_CASE_METHOD(Fixture, "at the end a board has power, unless something tripped") {
  add("a", 1, 0, false);
  power.order(PhasePower::on, now);
  run(kSecond);
  relay.orders.clear();
  power.end(false, now);
  CHECK_FALSE(power.busy());  // it is on already
  CHECK(relay.orders.empty());
  power.order(PhasePower::off, now);
  run(kSecond);
  power.end(false, now);
  CHECK(power.busy());
  run(kSecond);
  CHECK(relay.orders == std::vector<std::string>{"open 1", "close 1"});
  power.end(true, now);
  run(kSecond);
  CHECK(relay.orders.back() == "open 1");
}
