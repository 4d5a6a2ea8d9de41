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
  std::optional<SearchWatch> watch_{std::in_place, spec, nobody};
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
    watch_->on_stage(Stage::dwell, rung, progress);
  }
  void end() { watch_->on_stage(Stage::waiting, rung, {}); }

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
      watch_->on_rows("dut", source, batch);
    }
  }
  void event(std::string_view kind, const std::string& body, const std::string& board = "dut") {
    watch_->on_event({now, board, std::string(kind), Severity::alarm, body});
  }
  // As a new process that knows no more than what was stored.
  void resume(const FirstSpeeds& known) { watch_.emplace(spec, nobody, known); }
  nlohmann::json body() { return parse_json(watch_->body(rung)).value(); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "A load that does less than its share of the first rung gave way") {
  dwell(1);
  load(kMinute, 20.0);
  CHECK_FALSE(watch_->look(now));  // the first rung has nothing to be held to
  end();
  CHECK_FALSE(watch_->look(now));  // no rung dwells
  dwell(2);
  load(kMinute, 18.5);
  CHECK_FALSE(watch_->look(now));
  CHECK(body()["work"][0]["speed"] == Approx(18.5));
  CHECK(body()["work"][0]["first"] == Approx(20.0));
  CHECK(body()["gave_way"] == false);
  end();
  dwell(3);
  load(5 * kSecond, 10.0);
  CHECK_FALSE(watch_->look(now));  // not before the window is full
  load(10 * kSecond, 10.0);
  const auto why = watch_->look(now);
  REQUIRE(why);
  CHECK(*why ==
        "board dut: chat does 10 of the 20 a second that it did on the first rung, less than 90 %");
  watch_->gave_way(*why);
  watch_->gave_way("later");
  CHECK(body()["why"] == *why);
  CHECK(body()["rung"] == 3);
}

TEST_CASE_METHOD(Fixture, "A board that slows down late in a rung gives way then") {
  dwell(1);
  load(kMinute, 20.0);
  end();
  dwell(2);
  load(kMinute, 20.0);
  CHECK_FALSE(watch_->look(now));
  load(10 * kSecond, 12.0);
  CHECK(watch_->look(now));
}

TEST_CASE_METHOD(Fixture,
                 "An incident of the board or a broken limit is giving way, others are not") {
  dwell(1);
  event(event_kind::kIncident, R"({"class":"oom","blame":"rig"})");
  event(event_kind::kIncident, R"({"class":"oom","blame":"board"})", "");  // of no board
  event(event_kind::kLimit, R"({"channel":"soc.temperature","broken":false})");
  event(event_kind::kWorkRestart, "{}");
  event(event_kind::kIncident, "no JSON");  // unknown: counts
  CHECK(watch_->look(now) == "board dut: an incident");
  end();
  event(event_kind::kIncident, R"({"class":"oom","blame":"board"})");  // between two rungs
  dwell(2);
  CHECK_FALSE(watch_->look(now));
  event(event_kind::kLimit, R"({"channel":"soc.temperature","broken":true})");
  CHECK(watch_->look(now) == "board dut: soc.temperature broke its limit");
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
  CHECK_FALSE(watch_->look(now));
  CHECK(body()["work"][0]["speed"].is_null());
  load(10 * kSecond, 20.0);
  CHECK_FALSE(watch_->look(now));
  CHECK(body()["work"][0]["speed"] == Approx(20.0));
}

TEST_CASE_METHOD(Fixture, "A phase that is no search is not watched") {
  rung.search.reset();
  PhaseProgress progress;
  progress.dwell_begin = now;
  watch_->on_stage(Stage::dwell, rung, progress);
  load(kMinute, 20.0);
  event(event_kind::kIncident, R"({"class":"oom","blame":"board"})");
  CHECK_FALSE(watch_->look(now));
}

TEST_CASE_METHOD(Fixture, "A resumed search holds its rungs to the first one's speed") {
  dwell(1);
  load(kMinute, 20.0);
  end();
  dwell(2);
  load(kMinute, 19.0);
  end();
  const std::string told = watch_->body(rung);
  const FirstSpeeds known = first_speeds(told);
  REQUIRE(known.size() == 1);
  CHECK(known.at({"dut", "chat"}) == Approx(20.0));

  resume(known);
  dwell(3);
  load(kMinute, 17.0);
  const auto why = watch_->look(now);
  REQUIRE(why);
  CHECK(why->find("17 of the 20 a second") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "A second search is held to its own first rung") {
  dwell(1);
  load(kMinute, 20.0);
  end();
  dwell(1);
  load(kMinute, 10.0);
  CHECK_FALSE(watch_->look(now));
  end();
  dwell(2);
  load(kMinute, 9.5);
  CHECK_FALSE(watch_->look(now));
}

TEST_CASE("What is no rung's end has no speeds") {
  for (const char* body : {"", "{", "[]", "7", "{}", R"({"work":7})", R"({"work":[7,null,{}]})",
                           R"({"work":[{"board":"a","workload":"b","first":null}]})",
                           R"({"work":[{"board":"a","workload":"b","first":-1}]})",
                           R"({"work":[{"board":1,"workload":"b","first":2}]})"}) {
    INFO(body);
    CHECK(first_speeds(body).empty());
  }
}
