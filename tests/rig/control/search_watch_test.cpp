// SPDX-License-Identifier: Apache-2.0
#include "rig/control/search_watch.hpp"

#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

struct Fixture {
  RunObserver nobody;
  RunSpec spec;
  PhaseSpec rung;
  SearchWatch watch{spec, nobody};
  double work = 0, busy = 0, instance = 0;
  Nanos now = 0;

  Fixture() {
    spec.rules.window = 10 * kSecond;
    spec.workloads.emplace_back().name = "chat";
    rung.name = "up";
    rung.soak = kMinute;
    rung.work = {"chat"};
    rung.search = SearchRung{1, 3, false, 0.9};
  }

  void dwell(int number) {
    rung.search->rung = number;
    PhaseProgress progress;
    progress.dwell_begin = now;
    watch.on_stage(Stage::dwell, rung, progress);
  }
  void end() { watch.on_stage(Stage::waiting, rung, {}); }

  // A report a second; busy half of the time, so that speed is not work per time.
  void load(Nanos length, double speed) {
    SourceInfo source;
    source.name = "work.chat";
    for (const char* name : {"work.chat.tokens", "work.chat.busy", "work.chat.instance"}) {
      source.channels.emplace_back().name = name;
    }
    for (const Nanos until = now + length; now < until;) {
      now += kSecond;
      busy += 0.5;
      work += 0.5 * speed;
      Batch batch;
      batch.columns = 3;
      const double values[] = {work, busy, instance};
      const State states[] = {State::good, State::good, State::good};
      batch.add_row(now, values, states);
      watch.on_rows("dut", source, batch);
    }
  }
  void event(std::string_view kind, const std::string& body, const std::string& board = "dut") {
    watch.on_event({now, board, std::string(kind), Severity::alarm, body});
  }
  nlohmann::json body() { return parse_json(watch.body(rung)).value(); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "A load that does less than its share of the first rung gave way") {
  dwell(1);
  load(kMinute, 20.0);
  CHECK_FALSE(watch.look(now));  // the first rung has nothing to be held to
  end();
  CHECK_FALSE(watch.look(now));  // no rung dwells
  dwell(2);
  load(kMinute, 18.5);
  CHECK_FALSE(watch.look(now));
  CHECK(body()["work"][0]["speed"] == Approx(18.5));
  CHECK(body()["work"][0]["first"] == Approx(20.0));
  CHECK(body()["gave_way"] == false);
  end();
  dwell(3);
  load(5 * kSecond, 10.0);
  CHECK_FALSE(watch.look(now));  // not before the window is full
  load(10 * kSecond, 10.0);
  const auto why = watch.look(now);
  REQUIRE(why);
  CHECK(*why ==
        "board dut: chat does 10 of the 20 a second that it did on the first rung, less than 90 %");
  watch.gave_way(*why);
  watch.gave_way("later");
  CHECK(body()["why"] == *why);
  CHECK(body()["rung"] == 3);
}

TEST_CASE_METHOD(Fixture, "A board that slows down late in a rung gives way then") {
  dwell(1);
  load(kMinute, 20.0);
  end();
  dwell(2);
  load(kMinute, 20.0);
  CHECK_FALSE(watch.look(now));
  load(10 * kSecond, 12.0);
  CHECK(watch.look(now));
}

TEST_CASE_METHOD(Fixture,
                 "An incident of the board or a broken limit is giving way, others are not") {
  dwell(1);
  event(event_kind::kIncident, R"({"class":"oom","blame":"rig"})");
  event(event_kind::kIncident, R"({"class":"oom","blame":"board"})", "");  // of no board
  event(event_kind::kLimit, R"({"channel":"soc.temperature","broken":false})");
  event(event_kind::kWorkRestart, "{}");
  event(event_kind::kIncident, "no JSON");  // unknown: counts
  CHECK(watch.look(now) == "board dut: an incident");
  end();
  event(event_kind::kIncident, R"({"class":"oom","blame":"board"})");  // between two rungs
  dwell(2);
  CHECK_FALSE(watch.look(now));
  event(event_kind::kLimit, R"({"channel":"soc.temperature","broken":true})");
  CHECK(watch.look(now) == "board dut: soc.temperature broke its limit");
}

TEST_CASE_METHOD(Fixture,
                 "A restarted load is measured anew, and one that is silent has no speed") {
  dwell(1);
  load(kMinute, 20.0);
  end();
  dwell(2);
  load(8 * kSecond, 20.0);
  instance = 1;
  work = busy = 0;
  load(5 * kSecond, 20.0);
  CHECK_FALSE(watch.look(now));
  CHECK(body()["work"][0]["speed"].is_null());
  load(10 * kSecond, 20.0);
  CHECK_FALSE(watch.look(now));
  CHECK(body()["work"][0]["speed"] == Approx(20.0));
}

TEST_CASE_METHOD(Fixture, "A phase that is no search is not watched") {
  rung.search.reset();
  PhaseProgress progress;
  progress.dwell_begin = now;
  watch.on_stage(Stage::dwell, rung, progress);
  load(kMinute, 20.0);
  event(event_kind::kIncident, R"({"class":"oom","blame":"board"})");
  CHECK_FALSE(watch.look(now));
}
