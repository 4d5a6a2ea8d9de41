// SPDX-License-Identifier: Apache-2.0
// Also tests: event_body.cpp reset_class.cpp
#include "results/analysis/incidents.hpp"

#include "results/analysis/event_body.hpp"
#include "results/analysis/reset_class.hpp"
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
  CHECK(found[0].evidence[0] == "boot_id changed from a to b");
  CHECK(down_times(found, 300 * kSecond) ==
        std::vector<Interval>{{100 * kSecond, 300 * kSecond}});  // never ready again
  events.push_back(
      make_event(101, "pi", event_kind::kIncident, R"({"class":"kernel-panic","blame":"board"})"));
  found = find_incidents(events, "pi");
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == IncidentClass::kernel_panic);
}

TEST_CASE("a reset is told from what was last heard of the board") {
  const auto log = [](double t, const std::string& board, const std::string& said) {
    return make_event(t, board, event_kind::kKernelLog,
                      R"({"class":")" + said + R"(","text":"words"})");
  };
  const auto reason = [](const std::vector<Event>& events) {
    return reset_reason(events, "pi", 1000 * kSecond);
  };
  CHECK(reason({}).kind == IncidentClass::unknown_reset);
  CHECK(reason({}).at == 1000 * kSecond);
  const auto panic = reason({log(990, "pi", "under-voltage"), log(995, "pi", "panic")});
  CHECK(panic.kind == IncidentClass::kernel_panic);
  CHECK(panic.blame == Blame::board);
  CHECK(panic.at == 995 * kSecond);
  CHECK(panic.evidence == "kernel log at 995.0 s: words");
  CHECK(reason({log(995, "pi", "thermal-shutdown"), log(996, "pi", "panic")}).kind ==
        IncidentClass::thermal_shutdown);
  CHECK(reason({log(995, "pi", "rcu-stall")}).kind == IncidentClass::lockup);
  CHECK(reason({log(995, "pi", "under-voltage")}).blame == Blame::unknown);
  CHECK(reason({make_event(994, "", event_kind::kOperator, R"({"action":"reboot"})"),
                log(995, "pi", "panic")})
            .kind == IncidentClass::planned_reboot);
  // Of another board, long ago, after the boot, or of no weight: nothing.
  CHECK(reason({log(995, "x", "panic"), log(300, "pi", "panic"), log(1001, "pi", "panic"),
                log(999, "pi", "pcie-error")})
            .kind == IncidentClass::unknown_reset);
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
