// SPDX-License-Identifier: Apache-2.0
//
// Starts and restarts: what is tried again, how often and after what pause, and what is not.
#include "tests/probes/agent/supervisor_rig.hpp"

#include <csignal>

#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::agent;
using namespace soakrig::test;
using State = Supervisor::State;

TEST_CASE("the budget of restarts is spent once, with doubled pauses") {
  SupervisorRig rig;
  rig.start(0);
  Nanos now = 0;
  std::vector<long> waits;  // seconds
  for (int i = 0; i < 3; ++i) {
    rig.exit({SIGABRT, 0, 0, {}}, now);
    waits.push_back(std::lround(rig.bodies("work.restart").back()["after_s"].get<double>()));
    now = *rig.supervisor.deadline();
    rig.tick(now);
    rig.supervisor.spawned({100 + i, 5, "boot"}, {"./engine"}, now);
    rig.collect();
  }
  CHECK(waits == std::vector<long>{2, 4, 8});
  rig.exit({SIGABRT, 0, 0, {}}, now);
  CHECK(rig.supervisor.state() == State::down);
  CHECK(rig.bodies("work.restart").back()["gave_up"] == true);
  CHECK(rig.spawns.size() == 4);
  rig.tick(now + kHour);
  CHECK(rig.spawns.size() == 4);
  // The controller may start it anew (the next phase), but the budget stays spent.
  rig.start(now + kHour);
  CHECK(rig.spawns.back() == 4);
  rig.exit({SIGABRT, 0, 0, {}}, now + kHour + kSecond);
  CHECK(rig.supervisor.state() == State::down);
}

TEST_CASE("back-off never exceeds a minute, unless it was asked to") {
  SupervisorRig rig;
  auto spec = chat();
  spec.restart = {8, 20 * kSecond};
  rig.start(0, spec);
  std::vector<long> waits;  // seconds
  for (int i = 0; i < 3; ++i) {
    rig.exit({SIGABRT, 0, 0, {}}, 0);
    waits.push_back(std::lround(rig.bodies("work.restart").back()["after_s"].get<double>()));
    rig.tick(*rig.supervisor.deadline());
    rig.supervisor.spawned({100, 5, "boot"}, {"./engine"}, 0);
  }
  CHECK(waits == std::vector<long>{20, 40, 60});
}

TEST_CASE("a start that cannot work is blamed on the configuration and not repeated") {
  SupervisorRig rig;
  rig.supervisor.start(chat(), 0);
  rig.collect();
  Error missing;
  missing.code = Errc::not_found;
  missing.what = "the workload's program cannot be started";
  missing.file = "./engine";
  rig.supervisor.spawn_failed(missing, true, 0);
  rig.collect();
  CHECK(rig.only("incident")["blame"] == "config");
  CHECK(evidence(rig.only("incident")).find("./engine") != std::string::npos);
  CHECK(rig.supervisor.state() == State::down);
  CHECK_FALSE(rig.supervisor.has_process());
}

TEST_CASE("a refused model is one incident, and its end is neither another nor tried again") {
  SupervisorRig rig;
  rig.start(0);
  for (int i = 0; i < 2; ++i) {
    CHECK(rig.supervisor.message(
        work::Note{
            R"({"refused":{"engine":"e","operator":"Foo","format":"int4","said":"no Foo"}})"},
        kSecond));
  }
  rig.exit({0, 1, 0, ""}, 2 * kSecond);
  const auto incidents = rig.bodies("incident");
  REQUIRE(incidents.size() == 1);
  const auto body = incidents[0];
  CHECK(body.at("class") == "model-refused");
  CHECK(body.at("blame") == "unknown");
  CHECK(body.at("evidence").at(1) == "operator: Foo");
  CHECK(body.at("evidence").at(2) == "format: int4");
  CHECK(rig.supervisor.state() == State::down);
}

TEST_CASE("what cannot be run here is no incident; what cannot be read is the configuration's") {
  SupervisorRig skipped;
  skipped.start(0);
  CHECK(skipped.supervisor.message(work::Note{R"({"skipped":{"code":3}})"}, kSecond));
  skipped.exit({0, 3, 0, ""}, 2 * kSecond);
  CHECK(skipped.bodies("incident").empty());
  CHECK(skipped.only("work.restart")["gave_up"] == true);
  CHECK(skipped.supervisor.state() == State::down);

  SupervisorRig unread;
  unread.start(0);
  CHECK(unread.supervisor.message(work::Note{R"({"unread":{"why":"x"}})"}, kSecond));
  unread.exit({0, 1, 0, ""}, 2 * kSecond);
  REQUIRE(unread.bodies("incident").size() == 1);
  CHECK(unread.bodies("incident")[0].at("blame") == "config");
  CHECK(unread.supervisor.state() == State::down);

  SupervisorRig crashed;  // a signal is never excused
  crashed.start(0);
  CHECK(crashed.supervisor.message(work::Note{R"({"skipped":{"code":3}})"}, kSecond));
  crashed.exit({SIGSEGV, 0, 0, ""}, 2 * kSecond);
  CHECK(crashed.bodies("incident").size() == 1);
  CHECK(crashed.supervisor.state() == State::backoff);
}

TEST_CASE("a start that fails for want of resources is tried again") {
  SupervisorRig rig;
  rig.supervisor.start(chat(), 0);
  rig.supervisor.spawn_failed(Error{}, false, 0);
  rig.collect();
  CHECK(rig.only("incident")["blame"] == "unknown");
  CHECK(rig.supervisor.state() == State::backoff);
}

TEST_CASE("orders that come at the wrong moment") {
  SupervisorRig rig;
  rig.start(0);
  SECTION("a start while it runs changes nothing but says so") {
    rig.supervisor.start(chat(), kSecond);
    rig.collect();
    CHECK(rig.spawns.size() == 1);
    CHECK(rig.only("work.note")["reason"] == "it already runs and was not started again");
    CHECK(rig.bodies("rig.fault").empty());
  }
  SECTION("a start while it is being stopped follows the exit") {
    rig.supervisor.stop(kSecond, 0);
    rig.supervisor.start(chat(), 0);
    rig.collect();
    CHECK(rig.spawns.size() == 1);
    rig.exit({SIGTERM, 0, 0, {}}, kSecond);
    CHECK(rig.spawns == std::vector<std::uint64_t>{0, 1});
    CHECK(rig.supervisor.restarts() == 0);
  }
  SECTION("a stop during the back-off means no restart") {
    rig.exit({SIGSEGV, 0, 0, {}}, 0);
    rig.supervisor.stop(kSecond, 0);
    rig.tick(kHour);
    CHECK(rig.spawns.size() == 1);
    CHECK(rig.supervisor.state() == State::idle);
  }
  SECTION("a stop of one that is being killed for a hang means no restart") {
    rig.tick(10 * kSecond);
    rig.supervisor.stop(kSecond, 10 * kSecond);
    rig.exit({SIGKILL, 0, 0, {}}, 11 * kSecond);
    CHECK(rig.supervisor.state() == State::idle);
  }
}
