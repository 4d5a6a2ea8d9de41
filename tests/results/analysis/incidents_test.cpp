// SPDX-License-Identifier: Apache-2.0
// Also tests: event_body.cpp
#include "results/analysis/incidents.hpp"

#include "results/analysis/event_body.hpp"
#include "rig/base/death_evidence.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using soakrig::test::make_event;

TEST_CASE("a body is read by type, and hostile text is simply absent") {
  const EventBody b(R"({"s":"x","n":2.5,"b":true,"l":["a",1,{"k":2}],"z":null})");
  CHECK(*b.text("s") == "x");
  CHECK(*b.number("n") == 2.5);
  CHECK(*b.flag("b"));
  CHECK(b.texts("l") == std::vector<std::string>{"a", "1", R"({"k":2})"});
  CHECK_FALSE(b.text("n"));
  CHECK_FALSE(b.text("z"));
  CHECK_FALSE(b.text("none"));
  CHECK_FALSE(EventBody("not json").text("s"));
  CHECK_FALSE(EventBody("[1]").text("s"));
  CHECK_FALSE(EventBody(std::string(100000, '[')).text("s"));
}

TEST_CASE("incidents carry class, blame, evidence and their recovery") {
  const std::vector<Event> events{
      make_event(
          10, "pi", event_kind::kIncident,
          R"({"class":"workload-hang","blame":"board","workload":"chat","evidence":["no growth for 60 s"]})"),
      make_event(11, "pi", event_kind::kWorkReady, R"({"workload":"other"})"),
      make_event(12, "x", event_kind::kWorkReady, R"({"workload":"chat"})"),
      make_event(15, "pi", event_kind::kWorkReady, R"({"workload":"chat"})"),
      make_event(20, "pi", event_kind::kIncident,
                 R"({"class":"output-mismatch","blame":"board","workload":"chat"})"),
  };
  const auto found = find_incidents(events, "pi");
  REQUIRE(found.size() == 2);
  CHECK(found[0].kind == IncidentClass::workload_hang);
  CHECK(found[0].blame == Blame::board);
  CHECK(found[0].evidence == std::vector<std::string>{"no growth for 60 s"});
  CHECK(*found[0].recovered_after_s == 5);
  CHECK_FALSE(found[1].recovered_after_s);  // it never stopped
  CHECK(find_incidents(events, "x").empty());
  CHECK(down_times(found, kMinute) == std::vector<Interval>{{10 * kSecond, 15 * kSecond}});
}

TEST_CASE("a lost link recovers when the controller says that it is back") {
  const char* const kLost = R"({"class":"link-loss","blame":"rig","evidence":["it ended"]})";
  const std::vector<Event> events{
      make_event(10, "pi", event_kind::kLink, R"({"up":false})"),
      make_event(10, "pi", event_kind::kIncident, kLost),
      make_event(11, "pi", event_kind::kWorkReady, R"({"workload":"chat"})"),
      make_event(12, "x", event_kind::kLink, R"({"up":true})"),
      make_event(13, "pi", event_kind::kLink, R"({"up":true,"after_s":3})"),
      make_event(20, "pi", event_kind::kIncident, kLost),
  };
  const auto found = find_incidents(events, "pi");
  REQUIRE(found.size() == 2);
  CHECK(*found[0].recovered_after_s == 3);
  CHECK_FALSE(found[1].recovered_after_s);
  CHECK(down_times(found, kMinute).empty());  // the board worked on
}

TEST_CASE("a changed boot id is an incident unless a reset was named") {
  std::vector<Event> events{
      make_event(100, "pi", event_kind::kBoot, R"({"boot_id":"b","previous":"a"})"),
      make_event(0, "pi", event_kind::kBoot, R"({"boot_id":"a"})")};
  auto found = find_incidents(events, "pi");
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == IncidentClass::unknown_reset);
  CHECK(found[0].blame == Blame::unknown);
  CHECK(found[0].evidence.back() == "boot_id changed from a to b");
  CHECK(down_times(found, 300 * kSecond) ==
        std::vector<Interval>{{100 * kSecond, 300 * kSecond}});  // never ready again
  events.push_back(
      make_event(101, "pi", event_kind::kIncident, R"({"class":"kernel-panic","blame":"board"})"));
  found = find_incidents(events, "pi");
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == IncidentClass::kernel_panic);
}

namespace {

Event link(double t, const std::string& body) {
  return make_event(t, "pi", event_kind::kLink, body);
}

Event lost(double t) {
  return make_event(t, "pi", event_kind::kIncident,
                    R"({"class":"link-loss","blame":"unknown","evidence":["exit code 255"]})");
}

}  // namespace

TEST_CASE("a link that a reset took along is the reset's, and one that came back alone is its own") {
  const std::vector<Event> events{
      link(100, R"({"up":false})"), lost(100),
      make_event(95, "pi", event_kind::kKernelLog,
                 R"({"class":"panic","text":"Kernel panic - not syncing: x","from":"console"})"),
      link(130, R"({"up":true,"same_agent":false})"),
      make_event(130, "pi", event_kind::kBoot, R"({"boot_id":"b","previous":"a"})"),
      make_event(140, "pi", event_kind::kWorkReady, R"({"workload":"chat"})"),
      link(200, R"({"up":false})"), lost(200),
      make_event(210, "pi", event_kind::kLiveness, R"({"judged":"no-service","rungs":[]})"),
      link(230, R"({"up":true,"same_agent":true})"),
      link(300, R"({"up":false})"), lost(300),
      make_event(310, "pi", event_kind::kLiveness, R"({"judged":"unreachable","rungs":[]})"),
      link(330, R"({"up":true,"same_agent":true})")};
  const auto found = find_incidents(events, "pi");
  REQUIRE(found.size() == 3);
  CHECK(found[0].kind == IncidentClass::kernel_panic);
  CHECK(found[0].at == 95 * kSecond);
  CHECK(*found[0].recovered_after_s == 45);
  CHECK(found[1].kind == IncidentClass::link_loss);
  CHECK(found[1].blame == Blame::board);  // something there answered, and let nobody in
  CHECK(*found[1].recovered_after_s == 30);
  CHECK(found[2].blame == Blame::unknown);
  CHECK(found[2].evidence.back() == "its agent and its work went on all the while");
}

TEST_CASE("an agent that died before its board did is an incident of its own") {
  const std::vector<Event> events{
      link(39, R"({"up":false})"), lost(39),
      link(39.8, R"({"up":true,"same_agent":false})"),  // another one, on the same boot
      link(42.8, R"({"up":false})"), lost(42.8),
      link(44.5, R"({"up":true,"same_agent":false})"),
      make_event(44.6, "pi", event_kind::kBoot, R"({"boot_id":"b","previous":"a"})")};
  const auto found = find_incidents(events, "pi");
  REQUIRE(found.size() == 2);
  CHECK(found[0].kind == IncidentClass::link_loss);
  CHECK(found[0].at == 39 * kSecond);
  CHECK(is_reset(found[1].kind));
  CHECK(found[1].at == from_seconds(42.8));
}

TEST_CASE("a workload that an orderly end told to stop is part of it") {
  const auto crash = [](double t, const std::string& how) {
    return make_event(t, "pi", event_kind::kIncident,
                      R"({"class":"workload-crash","blame":"unknown","workload":"chat","evidence":[")" +
                          how + R"("]})");
  };
  const std::vector<Event> events{
      make_event(99, "pi", event_kind::kAgentEnding, R"({"signal":15})"),
      crash(99.5, "ended by SIGTERM (15)"), crash(40, "ended by SIGTERM (15)"),
      crash(99.6, "ended by SIGSEGV (11)"),
      make_event(130, "pi", event_kind::kBoot, R"({"boot_id":"b","previous":"a"})")};
  const auto found = find_incidents(events, "pi");
  REQUIRE(found.size() == 3);
  CHECK(found[0].kind == IncidentClass::workload_crash);
  CHECK(found[1].kind == IncidentClass::planned_reboot);
  CHECK(found[2].kind == IncidentClass::workload_crash);  // a segfault is no stop
}

TEST_CASE("an incident that this version does not know still counts") {
  const auto found = find_incidents(
      std::vector{make_event(1, "pi", event_kind::kIncident, R"({"class":"meteor"})")}, "pi");
  REQUIRE(found.size() == 1);
  CHECK(found[0].blame == Blame::unknown);
  CHECK(found[0].evidence.back().find("meteor") != std::string::npos);
  CHECK(is_reset(IncidentClass::power_loss));
  CHECK_FALSE(is_reset(IncidentClass::oom));
}
