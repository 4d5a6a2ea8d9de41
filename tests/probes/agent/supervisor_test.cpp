// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/supervisor.hpp"

#include <cmath>
#include <csignal>

#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::agent;
using State = Supervisor::State;

namespace {

WorkloadSpec chat() {
  WorkloadSpec spec;
  spec.name = "chat";
  spec.argv = {"./engine"};
  spec.hang_after = 10 * kSecond;
  spec.restart = {3, 2 * kSecond};
  return spec;
}

// A supervisor and what came out of it, sorted by kind.
struct Rig {
  Supervisor supervisor{"chat"};
  std::vector<std::uint64_t> spawns;
  std::vector<int> signals;
  std::vector<Event> events;

  void collect() {
    for (auto& action : supervisor.take_actions()) {
      if (const auto* spawn = std::get_if<SpawnAction>(&action)) spawns.push_back(spawn->instance);
      if (const auto* signal = std::get_if<SignalAction>(&action)) {
        signals.push_back(signal->signal);
      }
      if (const auto* event = std::get_if<Event>(&action)) events.push_back(*event);
    }
  }
  void start(Nanos now, const WorkloadSpec& spec = chat()) {
    supervisor.start(spec, now);
    supervisor.spawned({100, 5, "boot"}, spec.argv, now);
    collect();
  }
  void tick(Nanos now) {
    supervisor.tick(now, [] { return std::vector<std::string>{"it waits in nowhere"}; });
    collect();
  }
  void exit(ExitReport report, Nanos now) {
    supervisor.exited(report, now);
    collect();
  }
  bool totals(double tokens, Nanos now, std::uint64_t cycle = 0) {
    work::Totals t;
    t.work["tokens"] = tokens;
    t.busy_s = tokens / 10;
    t.cycle = cycle;
    const bool taken = supervisor.message(work::Message{t}, now);
    collect();
    return taken;
  }
  // The bodies of all events of a kind.
  [[nodiscard]] std::vector<nlohmann::json> bodies(std::string_view kind) const {
    std::vector<nlohmann::json> out;
    for (const auto& event : events) {
      if (event.kind == kind) out.push_back(parse_json(event.body).value());
    }
    return out;
  }
  [[nodiscard]] nlohmann::json only(std::string_view kind) const {
    const auto all = bodies(kind);
    REQUIRE(all.size() == 1);
    return all.front();
  }
};

std::string evidence(const nlohmann::json& incident) { return incident["evidence"].dump(); }

}  // namespace

TEST_CASE("a workload that works and is stopped makes no incident") {
  Rig rig;
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
  Rig rig;
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
  Rig rig;
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
  Rig rig;
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
  Rig rig;
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
  Rig rig;
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
  Rig rig;
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
    Rig slow;
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
  Rig rig;
  rig.start(0);
  CHECK(rig.totals(5, kSecond));
  rig.supervisor.skip(3600 * kSecond);
  rig.tick(3605 * kSecond);
  CHECK(rig.bodies("incident").empty());
  rig.tick(3611 * kSecond);
  CHECK(rig.bodies("incident").size() == 1);
}

TEST_CASE("the budget of restarts is spent once, with doubled pauses") {
  Rig rig;
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
  Rig rig;
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

TEST_CASE("totals that decrease are refused, and the earlier ones stand") {
  Rig rig;
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
  Rig rig;
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

TEST_CASE("a start that cannot work is blamed on the configuration and not repeated") {
  Rig rig;
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
  Rig rig;
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
  Rig skipped;
  skipped.start(0);
  CHECK(skipped.supervisor.message(work::Note{R"({"skipped":{"code":3}})"}, kSecond));
  skipped.exit({0, 3, 0, ""}, 2 * kSecond);
  CHECK(skipped.bodies("incident").empty());
  CHECK(skipped.only("work.restart")["gave_up"] == true);
  CHECK(skipped.supervisor.state() == State::down);

  Rig unread;
  unread.start(0);
  CHECK(unread.supervisor.message(work::Note{R"({"unread":{"why":"x"}})"}, kSecond));
  unread.exit({0, 1, 0, ""}, 2 * kSecond);
  REQUIRE(unread.bodies("incident").size() == 1);
  CHECK(unread.bodies("incident")[0].at("blame") == "config");
  CHECK(unread.supervisor.state() == State::down);

  Rig crashed;  // a signal is never excused
  crashed.start(0);
  CHECK(crashed.supervisor.message(work::Note{R"({"skipped":{"code":3}})"}, kSecond));
  crashed.exit({SIGSEGV, 0, 0, ""}, 2 * kSecond);
  CHECK(crashed.bodies("incident").size() == 1);
  CHECK(crashed.supervisor.state() == State::backoff);
}

TEST_CASE("trouble between streams is an incident with the stream named") {
  for (const char* kind : {"starvation", "deadlock", "priority-inversion"}) {
    Rig rig;
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

TEST_CASE("a start that fails for want of resources is tried again") {
  Rig rig;
  rig.supervisor.start(chat(), 0);
  rig.supervisor.spawn_failed(Error{}, false, 0);
  rig.collect();
  CHECK(rig.only("incident")["blame"] == "unknown");
  CHECK(rig.supervisor.state() == State::backoff);
}

TEST_CASE("orders that come at the wrong moment") {
  Rig rig;
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

TEST_CASE("what a workload says beside totals is kept, however deep it nests") {
  Rig rig;
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
