// SPDX-License-Identifier: Apache-2.0
#include "results/report/event_text.hpp"

#include "rig/base/rig_events.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::report;

namespace {

std::string text(std::string_view kind, std::string body, std::string board = {}) {
  return event_text({0, std::move(board), std::string(kind), Severity::info, std::move(body)});
}

}  // namespace

TEST_CASE("Events are put in words") {
  CHECK(text(event_kind::kIncident,
             R"({"class":"workload-crash","workload":"chat","evidence":["SIGSEGV","x"]})",
             "dut") == "dut: incident workload-crash of chat: SIGSEGV");
  CHECK(text(event_kind::kLimit,
             R"({"channel":"soc.temperature","value":106.5,"action":"stop","broken":true})") ==
        "soc.temperature = 106.5 broke its limit (stop)");
  CHECK(text(event_kind::kLimit, R"({"channel":"a","broken":false})") ==
        "a is back within its limit");
  CHECK(text(event_kind::kIncident,
             R"({"class":"workload-crash","evidence":["kept token=hush x"]})") ==
        "incident workload-crash: kept token=[masked] x");
  CHECK(text(event_kind::kTrip, R"({"reason":"too hot"})") == "TRIP: too hot");
  CHECK(
      text(event_kind::kChamber, R"({"what":"set-point refused","set_point":55.0,"reason":"r"})") ==
      "chamber: set-point refused (55.0 °C): r");
  CHECK(text(event_kind::kLink, R"({"up":false,"reason":"gone"})") == "link lost: gone");
}

TEST_CASE("Power and meters are put in words") {
  CHECK(text("power", R"({"what":"cycle","ok":true,"off_watts":0.02,"on_watts":4.5})", "dut") ==
        "dut: power cycle, off at 0.02 W, on at 4.50 W");
  CHECK(text("power", R"({"what":"off","ok":false,"reason":"no answer"})", "dut") ==
        "dut: power off FAILED: no answer");
  CHECK(text("meter", R"({"instrument":"plug","what":"power and energy disagree",
                          "integrated_j":10.0,"counted_j":20.0})") ==
        "plug: power and energy disagree: 10.0 J by power, 20.0 J counted");
}

TEST_CASE("A search says at which rung the boards gave way") {
  CHECK(text(event_kind::kSearch,
             R"({"phase":"up#3","ambient":60,"gave_way":true,"why":"board a: oom"})") ==
        "search: up#3 at 60 °C: gave way: board a: oom");
  CHECK(text(event_kind::kSearch, R"({"phase":"up","ambient":50,"gave_way":false})") ==
        "search: up at 50 °C: held");
}

TEST_CASE("Bookkeeping has no words") {
  CHECK(text(event_kind::kFacts, "{}").empty());
  CHECK(text("something.new", "{}", "dut").empty());
}

TEST_CASE("What a board says cannot move the cursor, nor fill the screen") {
  const std::string said = text(event_kind::kKernelLog, R"({"text":"a\u001b[2Jb\nc"})");
  CHECK(said == "kernel: a [2Jb c");
  CHECK(text(event_kind::kKernelLog, R"({"text":")" + std::string(5000, 'x') + "\"}").size() < 200);
  CHECK(text(event_kind::kIncident, "not json") == "incident ");
}
