// SPDX-License-Identifier: Apache-2.0
#include "tests/probes/agent/supervisor_rig.hpp"

#include <cmath>
#include <csignal>

#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::agent;
using namespace soakrig::test;
using State = Supervisor::State;

TEST_CASE("a workload that works and is stopped makes no incident") {
  SupervisorRig rig;
  rig.start(0);
  CHECK(rig.spawns == std::vector<std::uint64_t>{0});
  CHECK(rig.only("work.started")["pid"] == 100);
  CHECK(rig.supervisor.state() == State::loading);
  REQUIRE(rig.supervisor.message(work::Message{work::Ready{0, {{"shape", "tiny"}}}}, kSecond));
  rig.collect();
  CHECK(rig.supervisor.state() == State::working);
  CHECK(rig.only("work.ready")["facts"]["shape"] == "tiny");
  for (int i = 1; i < 100; ++i) {
    CHECK(rig.totals(i, i * 5 * kSecond));
    rig.tick(i * 5 * kSecond + 4 * kSecond);
  }
  rig.supervisor.stop(5 * kSecond, 500 * kSecond);
  rig.collect();
  CHECK(rig.signals == std::vector<int>{SIGTERM});
  rig.exit({SIGTERM, 0, 0, {}}, 501 * kSecond);
  CHECK(rig.supervisor.state() == State::idle);
  CHECK(rig.bodies("incident").empty());
  CHECK(rig.only("work.exited")["expected"] == true);
  CHECK(rig.only("work.exited")["reason"] == "stop");
}

TEST_CASE("a workload that refuses TERM is killed after the grace, again and again") {
  SupervisorRig rig;
  rig.start(0);
  rig.supervisor.stop(3 * kSecond, 0);
  rig.tick(2999 * kMillisecond);
  CHECK(rig.signals == std::vector<int>{SIGTERM});
  rig.tick(3 * kSecond);
  rig.tick(3 * kSecond + 1);
  CHECK(rig.signals == std::vector<int>{SIGTERM, SIGKILL});
  rig.tick(3 * kSecond + kKillRepeat);
  CHECK(rig.signals.size() == 3);
  rig.exit({SIGKILL, 0, 1, {}}, 9 * kSecond);
  CHECK(rig.bodies("incident").empty());  // ours, whatever the out-of-memory count says
}

TEST_CASE("a crash is an incident of the board, with the signal and the last words") {
  SupervisorRig rig;
  rig.start(0);
  CHECK(rig.totals(7, kSecond, 2));
  rig.exit({SIGSEGV, 0, 0, "oh no"}, 4 * kSecond);
  const auto incident = rig.only("incident");
  CHECK(incident["class"] == "workload-crash");
  CHECK(incident["blame"] == "board");
  CHECK(incident["workload"] == "chat");
  CHECK(evidence(incident).find("SIGSEGV (11)") != std::string::npos);
  CHECK(evidence(incident).find("tokens 7.0, cycle 2") != std::string::npos);
  CHECK(evidence(incident).find("stderr: oh no") != std::string::npos);
  CHECK(rig.only("work.exited")["signal"] == "SIGSEGV (11)");
  CHECK(rig.supervisor.state() == State::backoff);
  CHECK(rig.only("work.restart")["after_s"] == 2.0);
  rig.tick(5 * kSecond);
  CHECK(rig.spawns.size() == 1);
  rig.tick(6 * kSecond);
  CHECK(rig.spawns == std::vector<std::uint64_t>{0, 1});
}

TEST_CASE("exit codes") {
  SupervisorRig rig;
  SECTION("a code is a crash of the board") {
    rig.start(0);
    rig.exit({0, 3, 0, {}}, kSecond);
    CHECK(rig.only("incident")["blame"] == "board");
    CHECK(rig.only("work.exited")["code"] == 3);
    CHECK(rig.supervisor.state() == State::backoff);
  }
  SECTION("zero unasked is the end of something that must not end") {
    rig.start(0);
    rig.exit({0, 0, 0, {}}, kSecond);
    CHECK(rig.only("incident")["class"] == "workload-crash");
    CHECK(evidence(rig.only("incident")).find("ended by itself") != std::string::npos);
  }
  SECTION("127 before it was ready is a bad command, not a bad board, and is not repeated") {
    rig.start(0);
    rig.exit({0, 127, 0, {}}, kSecond);
    CHECK(rig.only("incident")["blame"] == "config");
    CHECK(rig.supervisor.state() == State::down);
    CHECK(rig.bodies("work.restart").empty());
  }
  SECTION("127 of one that worked is a crash") {
    rig.start(0);
    CHECK(rig.totals(1, kSecond));
    rig.exit({0, 127, 0, {}}, 2 * kSecond);
    CHECK(rig.only("incident")["blame"] == "board");
  }
}

TEST_CASE("SIGKILL is judged by the kernel's count of out-of-memory kills") {
  SupervisorRig rig;
  rig.start(0);
  SECTION("moved") {
    rig.exit({SIGKILL, 0, 1, {}}, kSecond);
    CHECK(rig.only("incident")["class"] == "oom");
    CHECK(rig.only("incident")["blame"] == "board");
  }
  SECTION("not moved: somebody else killed it") {
    rig.exit({SIGKILL, 0, 0, {}}, kSecond);
    CHECK(rig.only("incident")["class"] == "workload-crash");
    CHECK(rig.only("incident")["blame"] == "unknown");
  }
}

TEST_CASE("no growth for hang_after is a hang, which is killed and restarted") {
  SupervisorRig rig;
  rig.start(0);
  CHECK(rig.totals(5, kSecond));
  CHECK(rig.totals(5, 9 * kSecond));  // talks, but does not grow
  rig.tick(10 * kSecond);
  CHECK(rig.bodies("incident").empty());
  rig.tick(11 * kSecond);
  const auto incident = rig.only("incident");
  CHECK(incident["class"] == "workload-hang");
  CHECK(incident["blame"] == "board");
  CHECK(evidence(incident).find("no work total grew for 10.0 s") != std::string::npos);
  CHECK(evidence(incident).find("it waits in nowhere") != std::string::npos);
  CHECK(rig.signals == std::vector<int>{SIGKILL});
  rig.exit({SIGKILL, 0, 0, {}}, 12 * kSecond);
  CHECK(rig.bodies("incident").size() == 1);  // the kill is not a second one
  CHECK(rig.only("work.exited")["reason"] == "hang");
  CHECK(rig.supervisor.state() == State::backoff);
}

TEST_CASE("loading is bounded, and quiet work counts as being alive") {
  SupervisorRig rig;
  rig.start(0);
  SECTION("nothing at all for hang_after") {
    rig.tick(9 * kSecond);
    CHECK(rig.bodies("incident").empty());
    rig.tick(10 * kSecond);
    CHECK(evidence(rig.only("incident")).find("not ready 10.0 s after") != std::string::npos);
  }
  SECTION("busy while loading, up to the loading limit") {
    for (Nanos now = 0; now < kLoadingLimit; now += kSecond) {
      rig.supervisor.alive(now);
      rig.tick(now);
    }
    CHECK(rig.bodies("incident").empty());
    rig.tick(kLoadingLimit);
    CHECK(rig.bodies("incident").size() == 1);
  }
  SECTION("garbage ends that grace") {
    rig.supervisor.garbage(3 * kSecond);
    for (Nanos now = 0; now < 13 * kSecond; now += kSecond) {
      rig.supervisor.alive(now);
      rig.tick(now);
    }
    CHECK(rig.bodies("incident").empty());
    rig.tick(13 * kSecond);
    CHECK(rig.bodies("incident").size() == 1);
  }
  SECTION("a long hang_after is the longer limit") {
    SupervisorRig slow;
    auto spec = chat();
    spec.hang_after = 300 * kSecond;
    slow.start(0, spec);
    slow.supervisor.alive(200 * kSecond);
    slow.tick(299 * kSecond);
    CHECK(slow.bodies("incident").empty());
    slow.tick(300 * kSecond);
    CHECK(slow.bodies("incident").size() == 1);
  }
}

TEST_CASE("time in which the machine stood still is nobody's hang") {
  SupervisorRig rig;
  rig.start(0);
  CHECK(rig.totals(5, kSecond));
  rig.supervisor.skip(3600 * kSecond);
  rig.tick(3605 * kSecond);
  CHECK(rig.bodies("incident").empty());
  rig.tick(3611 * kSecond);
  CHECK(rig.bodies("incident").size() == 1);
}

TEST_CASE("totals that decrease are refused, and the earlier ones stand") {
  SupervisorRig rig;
  rig.start(0);
  CHECK(rig.totals(10, kSecond, 4));
  CHECK_FALSE(rig.totals(9, 2 * kSecond, 4));
  CHECK_FALSE(rig.totals(11, 2 * kSecond, 3));
  CHECK(rig.totals(11, 3 * kSecond, 4));
  // A new instance begins anew.
  rig.exit({SIGSEGV, 0, 0, {}}, 4 * kSecond);
  rig.tick(6 * kSecond);
  rig.supervisor.spawned({101, 6, "boot"}, {"./engine"}, 6 * kSecond);
  CHECK(rig.totals(1, 7 * kSecond));
}

TEST_CASE("a failed check is an incident of the board, at most one in a minute") {
  SupervisorRig rig;
  rig.start(0);
  const auto check = [&](bool ok, Nanos now) {
    REQUIRE(rig.supervisor.message(work::Message{work::Check{ok, "aa", "bb"}}, now));
    rig.collect();
  };
  check(true, 0);
  CHECK(rig.bodies("incident").empty());
  check(false, kSecond);
  const auto incident = rig.only("incident");
  CHECK(incident["class"] == "output-mismatch");
  CHECK(incident["blame"] == "board");
  CHECK(evidence(incident).find("expected aa") != std::string::npos);
  check(false, 2 * kSecond);
  CHECK(rig.bodies("incident").size() == 1);
  CHECK(rig.bodies("work.check").size() == 3);
  check(false, 61 * kSecond);
  CHECK(rig.bodies("incident").size() == 2);
  CHECK(evidence(rig.bodies("incident").back()).find("2 failed check") != std::string::npos);
}

TEST_CASE("trouble between streams is an incident with the stream named") {
  for (const char* kind : {"starvation", "deadlock", "priority-inversion"}) {
    SupervisorRig rig;
    rig.start(0);
    CHECK(rig.supervisor.message(
        work::Note{R"({")" + std::string(kind) +
                   R"(":{"stream":"stream 2","evidence":["stream 2 …", 7]}})"},
        kSecond));
    CHECK(
        rig.supervisor.message(work::Note{R"({")" + std::string(kind) + R"(":"text"})"}, kSecond));
    rig.collect();
    const auto body = rig.only("incident");
    CHECK(body["class"] == kind);
    CHECK(body["evidence"] == nlohmann::json::array({"stream 2 …"}));
    CHECK(rig.supervisor.state() == State::loading);
  }
}

TEST_CASE("what a workload says beside totals is kept, however deep it nests") {
  SupervisorRig rig;
  rig.start(0);
  REQUIRE(rig.supervisor.message(work::Message{work::Note{R"({"what":"loaded"})"}}, 0));
  std::string deep(25, '[');
  deep += std::string(25, ']');
  REQUIRE(rig.supervisor.message(work::Message{work::Histogram{deep}}, 0));
  rig.collect();
  const auto notes = rig.bodies("work.note");
  REQUIRE(notes.size() == 2);
  CHECK(notes[0]["event"]["what"] == "loaded");
  CHECK(notes[1]["hist"] == deep);
}
