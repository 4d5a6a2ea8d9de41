// SPDX-License-Identifier: Apache-2.0
#include "rig/control/board_recovery.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>

#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

std::vector<std::string> sh(const std::string& script) { return {"sh", "-c", script}; }
Nanos s(double seconds) { return from_seconds(seconds); }

// A board whose programs are shell scripts.
struct Bench {
  boost::asio::io_context io;
  BoardSpec spec;
  BoardWays ways;
  BoardSigns signs;
  std::vector<Event> events;
  int cycles = 0;
  bool can_cycle = true;
  std::string quarantined;
  std::unique_ptr<BoardRecovery> recovery;

  Bench() {
    spec.name = "pi";
    spec.power.emplace().recover = 1;
    ways.remote = true;
    ways.no_ping = "no ping here";
    ways.knock = sh("echo Connection timed out >&2; exit 255");
    ways.last_death = sh(R"(echo '{"boot_id":"b","pstore_kept":true}')");
  }
  void make() {
    recovery = std::make_unique<BoardRecovery>(
        io, spec, ways,
        BoardRecovery::Hooks{[this](Event e) { events.push_back(std::move(e)); },
                             [this] { return ++cycles, can_cycle; },
                             [this](const std::string& why) { quarantined = why; },
                             [] { return std::vector<std::string>{"last word"}; }});
  }
  void step(double t) {
    recovery->step(s(t), signs);
    io.restart();
    io.run_for(std::chrono::milliseconds(20));
  }
  // Until there are that many events of a kind.
  bool step_until(double t, std::string_view kind, std::size_t many = 1) {
    for (int i = 0; i < 500 && all(kind).size() < many; ++i) step(t);
    return all(kind).size() == many;
  }
  [[nodiscard]] std::vector<nlohmann::json> all(std::string_view kind) const {
    std::vector<nlohmann::json> out;
    for (const Event& e : events) {
      if (e.kind == kind) out.push_back(parse_json(e.body).value());
    }
    return out;
  }
};

}  // namespace

TEST_CASE("a board that is away is looked at, and the judgement is told once") {
  Bench bench;
  bench.make();
  bench.signs.has_console = bench.signs.console_up = true;
  bench.signs.console_heard = s(5);
  bench.signs.watts = 6.0;
  bench.step(9);
  CHECK(bench.events.empty());
  bench.signs.away_since = s(10);
  bench.step(11);
  CHECK(bench.all(event_kind::kLiveness).empty());  // it has a moment
  REQUIRE(bench.step_until(12.5, event_kind::kLiveness));
  const auto told = bench.all(event_kind::kLiveness)[0];
  CHECK(told["judged"] == "wedged");  // silent everywhere, with 6 W
  CHECK(told["rungs"][1]["name"] == "ssh");
  CHECK(told["rungs"][1]["sign"] == "silent");
  CHECK(told["rungs"][1]["why"] == "Connection timed out");
  CHECK(told["rungs"][3]["sign"] == "unknown");
  CHECK(told["rungs"][3]["why"] == "no ping here");
  for (double t = 33; t < 34; t += 0.1) bench.step(t);
  CHECK(bench.all(event_kind::kLiveness).size() == 1);
  bench.signs.console_heard = s(40);
  CHECK(bench.step_until(60, event_kind::kLiveness, 2));
  CHECK(bench.all(event_kind::kLiveness)[1]["judged"] == "talking");
  CHECK(bench.cycles == 0);  // nobody asked for a recovery
}

TEST_CASE("the ladder is climbed, each rung told, and what helped is in the evidence") {
  Bench bench;
  bench.spec.recovery = RecoverySpec{20 * kSecond, 60 * kSecond, {"reboot"}, 1};
  bench.ways.reboot = sh("echo No route to host >&2; exit 255");
  bench.make();
  bench.signs.away_since = s(100);
  bench.step(110);
  CHECK(bench.all(event_kind::kRecovery).empty());
  REQUIRE(bench.step_until(121, event_kind::kRecovery, 3));
  const auto rungs = bench.all(event_kind::kRecovery);
  CHECK(rungs[0]["rung"] == "reboot");
  CHECK(rungs[0]["ok"] == true);
  CHECK(rungs[0]["attempt"] == 1);
  CHECK(rungs[1]["ok"] == false);
  CHECK(rungs[1]["why"] == "No route to host");
  CHECK(rungs[2]["rung"] == "power-cycle");
  CHECK(bench.cycles == 1);
  bench.recovery->power_cycled(true, s(130));
  bench.recovery->came("b", "a", s(100), s(150));
  REQUIRE(bench.step_until(151, event_kind::kDeath));
  const auto told = parse_death_evidence(bench.events.back().body);
  REQUIRE(told);
  CHECK(told->rig_did == "power-cycle");
  CHECK(told->previous == "a");
  CHECK(*told->down_s == 50);
  CHECK(told->pstore_kept);
  CHECK(told->console == std::vector<std::string>{"last word"});
}

TEST_CASE("a board counts as what it was before the rig acted, not as what came up again") {
  const test::TempDir dir;
  Bench bench;
  bench.spec.recovery = RecoverySpec{20 * kSecond, 60 * kSecond, {}, 1};
  bench.ways.knock = sh("test -e '" + dir.file("up") + "' || { echo Connection timed out >&2; exit 255; }");
  bench.make();
  bench.signs.away_since = s(100);
  REQUIRE(bench.step_until(112, event_kind::kLiveness));
  REQUIRE(bench.step_until(121, event_kind::kRecovery));
  bench.recovery->power_cycled(true, s(125));
  dir.write("up", "");
  REQUIRE(bench.step_until(150, event_kind::kLiveness, 2));
  bench.recovery->came("b", "a", s(100), s(155));
  REQUIRE(bench.step_until(156, event_kind::kDeath));
  const auto looks = bench.all(event_kind::kLiveness);
  CHECK(looks[0]["judged"] != "well");
  CHECK(looks[1]["judged"] == "well");
  const auto told = parse_death_evidence(bench.events.back().body);
  REQUIRE(told);
  CHECK(told->rig_did == "power-cycle");
  CHECK(told->liveness == looks[0]["judged"].get<std::string>());
}

TEST_CASE("a board that nothing brings back is given up, once") {
  Bench bench;
  bench.spec.recovery = RecoverySpec{20 * kSecond, 60 * kSecond, {}, 1};
  bench.can_cycle = false;
  bench.make();
  bench.signs.work_dead = true;
  bench.step(100);
  CHECK(bench.recovery->tries());
  for (double t = 119; t < 122; t += 0.1) bench.step(t);
  CHECK(bench.cycles == 1);
  CHECK(bench.quarantined == "nothing brought it back: its workloads are down for good");
  CHECK_FALSE(bench.recovery->tries());
  CHECK(bench.all(event_kind::kRecovery).back()["rung"] == "quarantine");
}

TEST_CASE("what lay there before is asked at the first hello; a board that does not say is no evidence") {
  Bench bench;
  bench.make();
  bench.recovery->came("b", "", std::nullopt, s(1));
  REQUIRE(bench.step_until(2, event_kind::kDeath));
  CHECK(parse_death_evidence(bench.events.back().body)->previous.empty());
  Bench mute;
  mute.ways.last_death = sh("echo no such program >&2; exit 127");
  mute.make();
  mute.signs.celsius = 88;
  mute.signs.celsius_at = s(99);
  mute.signs.watts = 7;
  mute.step(99.5);
  mute.signs.away_since = s(100);
  mute.signs.watts = 0.2;
  mute.step(101);
  mute.signs.watts = 6;
  mute.step(102);
  mute.recovery->came("b", "a", s(100), s(140));
  REQUIRE(mute.step_until(141, event_kind::kDeath));
  const auto told = parse_death_evidence(mute.all(event_kind::kDeath)[0].dump());
  REQUIRE(told);
  CHECK_FALSE(told->pstore_kept);
  CHECK(told->missing.at("board").find("no such program") != std::string::npos);
  CHECK(*told->celsius == 88);
  CHECK(*told->celsius_age_s == 1);
  CHECK(*told->watts_before == 7);
  CHECK(*told->watts_least == 0.2);
  Bench another;
  another.make();
  another.recovery->came("c", "a", s(100), s(140));  // it says that it is on boot b by now
  REQUIRE(another.step_until(141, event_kind::kDeath));
  CHECK(parse_death_evidence(another.events[0].body)->missing.contains("board"));
}
