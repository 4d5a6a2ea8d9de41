// SPDX-License-Identifier: Apache-2.0
//
// The real program against workloads that misbehave: small shell scripts, each wrong in one way.
#include "probes/agent/workload.hpp"

#include <sys/stat.h>

#include "probes/agent/inspect.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/json_guard.hpp"
#include "tests/support/agent_driver.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::agent;
using std::chrono::milliseconds;
using test::AgentDriver;
using test::gone;
using test::TempDir;

namespace {

const std::string kAgent = test::bin_dir() + "/soakrig-agent";
const std::string kReady = "echo '{\"ready\":true}'; ";
const std::string kOnce = "echo '{\"work\":{\"tokens\":5},\"busy_s\":1,\"cycle\":1}'; ";

nlohmann::json body(const std::optional<Event>& event) {
  REQUIRE(event);
  return parse_json(event->body).value();
}

// Evidence as one text.
std::string evidence(const nlohmann::json& incident) { return incident["evidence"].dump(); }

}  // namespace

TEST_CASE("a crash by a signal, with what it said last") {
  AgentDriver agent(kAgent);
  agent.start_script("chat", kReady + kOnce + "echo 'last words' >&2; kill -SEGV $$");
  const auto incident = body(agent.wait_event("incident"));
  CHECK(incident["class"] == "workload-crash");
  CHECK(incident["blame"] == "board");
  CHECK(evidence(incident).find("SIGSEGV (11)") != std::string::npos);
  CHECK(evidence(incident).find("last words") != std::string::npos);
  CHECK(evidence(incident).find("tokens 5") != std::string::npos);
  CHECK(body(agent.wait_event("work.restart"))["gave_up"] == true);
}

TEST_CASE("a crash is restarted within the budget, and instances are counted") {
  AgentDriver agent(kAgent);
  agent.start_script("chat",
                     kReady + "echo \"{\\\"event\\\":{\\\"n\\\":$SOAKRIG_INSTANCE}}\"; exit 9",
                     kMinute, 2);
  REQUIRE(agent.wait_for([](const Up& message) {
    const auto* event = std::get_if<EventMessage>(&message);
    return event && event->event.body.find("gave_up") != std::string::npos;
  }));
  CHECK(agent.events("work.started").size() == 3);
  CHECK(agent.events("incident").size() == 3);
  const auto notes = agent.events("work.note");
  REQUIRE(notes.size() == 3);
  CHECK(parse_json(notes[2].body).value()["event"]["n"] == 2);
  CHECK(parse_json(agent.events("work.exited")[0].body).value()["code"] == 9);
}

TEST_CASE("a silent workload hangs, and the evidence says what it does") {
  AgentDriver agent(kAgent);
  agent.start_script("chat", kReady + kOnce + "exec sleep 1000", 1 * kSecond);
  const auto incident = body(agent.wait_event("incident"));
  CHECK(incident["class"] == "workload-hang");
  CHECK(evidence(incident).find("tokens 5") != std::string::npos);
  CHECK(evidence(incident).find("is in state S") != std::string::npos);
  CHECK(body(agent.wait_event("work.exited"))["reason"] == "hang");
}

TEST_CASE("one that closes its output and goes on is a hang too") {
  AgentDriver agent(kAgent);
  agent.start_script("chat", kReady + "exec >&-; sleep 1000", 1 * kSecond);
  CHECK(body(agent.wait_event("incident"))["class"] == "workload-hang");
}

TEST_CASE("garbage is one counted event, then a hang") {
  AgentDriver agent(kAgent);
  agent.start_script("chat", "while :; do echo 'b\\001d {'; sleep 0.01; done", 2 * kSecond);
  const auto garbage = body(agent.wait_event("work.garbage"));
  CHECK(garbage["lines"].get<int>() > 10);
  CHECK(garbage["example"] == "b\\x01d {");
  CHECK(body(agent.wait_event("incident"))["class"] == "workload-hang");
  REQUIRE(agent.wait_event("work.exited"));
  CHECK(agent.events("work.garbage").size() == 1);
}

TEST_CASE("a line of 10 MB without an end is one counted event, then a hang") {
  AgentDriver agent(kAgent);
  agent.start_script("chat", kReady + "head -c 10000000 /dev/zero | tr '\\0' x; sleep 1000",
                     2 * kSecond);
  const auto garbage = body(agent.wait_event("work.garbage"));
  CHECK(garbage["lines"] == 1);
  CHECK(garbage["reason"] == "a line longer than 65536 bytes");
  CHECK(body(agent.wait_event("incident"))["class"] == "workload-hang");
  REQUIRE(agent.wait_event("work.exited"));
  CHECK(agent.events("work.garbage").size() == 1);
}

TEST_CASE("a flood of lines neither blocks the agent nor fills it") {
  AgentDriver agent(kAgent);
  agent.start_script("chat", kReady + "yes '{\"event\":{}}'");
  REQUIRE(agent.wait_event("work.ready"));
  agent.listen(milliseconds(1500));
  agent.send(Ping{5});
  REQUIRE(agent.wait_for([](const Up& m) { return std::holds_alternative<Pong>(m); },
                         milliseconds(2000)));
  CHECK(agent.events("work.note").size() <= Workload::kEventsPerTenSeconds);
}

TEST_CASE("totals that decrease are garbage, and other keys are another source") {
  AgentDriver agent(kAgent);
  agent.start_script("chat",
                     kReady + kOnce +
                         "echo '{\"work\":{\"tokens\":4},\"busy_s\":1,\"cycle\":1}';"
                         "echo '{\"work\":{\"tokens\":6,\"more\":1},\"busy_s\":2,\"cycle\":2}';"
                         "sleep 1000");
  CHECK(body(agent.wait_event("work.garbage"))["reason"] == "totals that decrease");
  agent.listen(milliseconds(1500));
  std::vector<std::size_t> widths;
  for (const auto& message : agent.heard()) {
    const auto* announce = std::get_if<Announce>(&message);
    if (announce && announce->info.name == "work.chat") {
      widths.push_back(announce->info.channels.size());
    }
  }
  CHECK(widths == std::vector<std::size_t>{4, 5});
  CHECK(agent.rows_of("work.chat") == 2);
  CHECK(agent.rows_of("work.chat.process") >= 1);
}

TEST_CASE("gauges, and a check that fails") {
  AgentDriver agent(kAgent);
  agent.start_script("chat",
                     kReady +
                         "echo '{\"gauge\":{\"ttft_ms\":250}}';"
                         "echo '{\"check\":{\"ok\":true}}';"
                         "echo '{\"check\":{\"ok\":false,\"expected\":\"a\",\"got\":\"b\"}}';"
                         "sleep 1000");
  const auto incident = body(agent.wait_event("incident"));
  CHECK(incident["class"] == "output-mismatch");
  CHECK(incident["blame"] == "board");
  CHECK(agent.events("work.check").size() == 2);
  CHECK(agent.rows_of("work.chat.gauges") == 1);
}

TEST_CASE("a program that is missing or not executable is a fault of the configuration") {
  AgentDriver agent(kAgent);
  WorkloadSpec spec;
  spec.name = "chat";
  spec.restart.budget = 3;
  SECTION("missing") { spec.argv = {"/no/such/engine"}; }
  SECTION("not beside the agent") { spec.argv = {"no-such-engine"}; }
  SECTION("a shell that does not find it") { spec.argv = {"/bin/sh", "-c", "no-such-engine"}; }
  agent.send(Start{spec});
  const auto incident = body(agent.wait_event("incident"));
  CHECK(incident["class"] == "workload-crash");
  CHECK(incident["blame"] == "config");
  agent.listen(milliseconds(300));
  CHECK(agent.events("work.restart").empty());
}

TEST_CASE("one that refuses TERM is killed after its grace, without an incident") {
  AgentDriver agent(kAgent);
  agent.start_script("chat", "trap '' TERM; " + kReady + "while :; do sleep 0.1; done");
  REQUIRE(agent.wait_event("work.ready"));
  agent.send(Stop{"chat", 500 * kMillisecond});
  const auto exited = body(agent.wait_event("work.exited"));
  CHECK(exited["signal"] == "SIGKILL (9)");
  CHECK(exited["expected"] == true);
  CHECK(agent.events("incident").empty());
}

TEST_CASE("a small fork bomb dies with its workload, group or not") {
  AgentDriver agent(kAgent);
  // Thirty processes, half of them in sessions of their own, all of which outlive their parent.
  agent.start_script("bomb",
                     "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do "
                     "sleep 1000 & setsid sleep 1000 & done; " +
                         kReady + "exit 3");
  REQUIRE(agent.wait_event("work.exited"));
  const auto left = [&] {
    int count = 0;
    for (const pid_t pid : descendants(agent.pid())) count += !gone(pid, milliseconds(0));
    return count;
  };
  for (int i = 0; i < 200 && left() > 0; ++i) agent.listen(milliseconds(10));
  CHECK(left() == 0);
}

TEST_CASE("soakrig-work is allowed signals on a virtual board only") {
  const TempDir tree;
  const std::string program = tree.file("soakrig-work");
  tree.write("soakrig-work",
             "#!/bin/sh\necho \"{\\\"event\\\":{\\\"args\\\":\\\"$*\\\"}}\"\nsleep 9\n");
  REQUIRE(chmod(program.c_str(), 0755) == 0);
  std::string expected = "llm";
  SECTION("virtual") {
    tree.write("soakrig-virtual", "");
    expected += " --allow-signals";
  }
  SECTION("any other tree") {}
  AgentDriver agent(kAgent, {"--sysroot", tree.path().string()});
  WorkloadSpec spec;
  spec.name = "chat";
  spec.argv = {program, "llm"};
  agent.send(Start{spec});
  CHECK(body(agent.wait_event("work.note"))["event"]["args"] == expected);
}
