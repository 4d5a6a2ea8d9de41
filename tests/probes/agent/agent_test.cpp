// SPDX-License-Identifier: Apache-2.0
//
// The real program against controllers that leave, die, talk nonsense or never read.
#include "probes/agent/agent.hpp"

#include <sys/wait.h>

#include <csignal>

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
// Says it is ready, then works for ever; its own child must not survive either.
const std::string kWorks =
    "sleep 1000 & echo '{\"ready\":true}'; i=0; while :; do i=$((i+1)); "
    "echo \"{\\\"work\\\":{\\\"tokens\\\":$i},\\\"busy_s\\\":$i,\\\"cycle\\\":$i}\"; sleep 0.05; "
    "done";

pid_t started_pid(const std::optional<Event>& started) {
  REQUIRE(started);
  return parse_json(started->body).value()["pid"].get<pid_t>();
}

bool exited_with(const std::optional<int>& status, int code) {
  return status && WIFEXITED(*status) && WEXITSTATUS(*status) == code;
}

}  // namespace

TEST_CASE("it says hello, announces, samples within a second, and answers a ping") {
  AgentDriver agent(kAgent, {"--period", "50ms"});
  const auto hello = agent.wait_for([](const Up& m) { return std::holds_alternative<Hello>(m); });
  REQUIRE(hello);
  CHECK(std::get<Hello>(*hello).version == kProtocolVersion);
  CHECK(std::get<Hello>(*hello).process.pid == agent.pid());
  CHECK(std::get<Hello>(*hello).stream.size() == 36);
  agent.send(Ping{77});
  const auto pong = agent.wait_for([](const Up& m) { return std::holds_alternative<Pong>(m); });
  REQUIRE(pong);
  CHECK(std::get<Pong>(*pong).n == 77);
  REQUIRE(agent.wait_for([](const Up& m) { return std::holds_alternative<BatchMessage>(m); }));
  agent.listen(milliseconds(2500));
  agent.send(Bye{});
  CHECK(exited_with(agent.wait_exit(), 0));
  CHECK(agent.nonsense() == 0);
  CHECK(agent.rows_of("agent") >= 2);
  CHECK(std::holds_alternative<Hello>(agent.heard().front()));
  std::uint64_t seq = 0;
  for (const auto& message : agent.heard()) {
    if (const auto* batch = std::get_if<BatchMessage>(&message)) CHECK(batch->seq == ++seq);
    if (const auto* event = std::get_if<EventMessage>(&message)) CHECK(event->seq == ++seq);
  }
}

TEST_CASE("a bye stops the workload in order") {
  AgentDriver agent(kAgent);
  agent.start_script("chat", kWorks);
  const pid_t pid = started_pid(agent.wait_event("work.started"));
  REQUIRE(agent.wait_event("work.ready"));
  REQUIRE(agent.wait_for([](const Up& m) {
    const auto* announce = std::get_if<Announce>(&m);
    return announce != nullptr && announce->info.name == "work.chat";
  }));
  agent.send(Bye{});
  CHECK(exited_with(agent.wait_exit(), 0));
  const auto exits = agent.events("work.exited");
  REQUIRE(exits.size() == 1);
  CHECK(parse_json(exits[0].body).value()["expected"] == true);
  CHECK(agent.events("incident").empty());
  CHECK(agent.rows_of("work.chat") > 0);
  CHECK(gone(pid));
}

TEST_CASE("a controller that is gone leaves no process behind") {
  auto agent = std::make_unique<AgentDriver>(kAgent);
  agent->start_script("chat", kWorks);
  // Refuses TERM, and hides a grandchild in a session of its own.
  agent->start_script("stubborn",
                      "trap '' TERM; setsid sleep 1000 & echo $! >&2; "
                      "echo '{\"event\":{\"child\":'$!'}}'; while :; do sleep 1; done");
  const pid_t a = started_pid(agent->wait_event("work.started"));
  const pid_t b = started_pid(agent->wait_event("work.started"));
  const auto note = agent->wait_event("work.note");
  REQUIRE(note);
  const pid_t hidden = parse_json(note->body).value()["event"]["child"].get<pid_t>();
  SECTION("its end of the input closed") { agent->close_input(); }
  SECTION("both ends closed, as when it was killed") {
    agent->close_input();
    agent->close_output();
  }
  SECTION("only the reading end closed") { agent->close_output(); }
  SECTION("the agent was told to end by a signal") { kill(agent->pid(), SIGTERM); }
  CHECK(exited_with(agent->wait_exit(), 0));
  CHECK(gone(a));
  CHECK(gone(b));
  CHECK(gone(hidden));
}

TEST_CASE("an agent that is killed takes its workloads with it") {
  AgentDriver agent(kAgent);
  agent.start_script("chat", "echo '{\"ready\":true}'; exec sleep 1000");
  const pid_t pid = started_pid(agent.wait_event("work.started"));
  kill(agent.pid(), SIGKILL);
  REQUIRE(agent.wait_exit());
  CHECK(gone(pid));
}

TEST_CASE("commands that are none are counted in one event, and do no harm") {
  AgentDriver agent(kAgent);
  agent.send_raw("not json\n{\"dance\":{}}\n{\"start\":{}}\n\n" + std::string(2u << 20, 'x') +
                 "\n");
  const auto fault = agent.wait_event("rig.fault");
  REQUIRE(fault);
  const auto what = parse_json(fault->body).value()["what"].get<std::string>();
  CHECK(what.starts_with("4 line(s) from the controller were no command"));
  CHECK(what.find("not json") != std::string::npos);
  agent.send(Ping{1});
  CHECK(agent.wait_for([](const Up& m) { return std::holds_alternative<Pong>(m); }));
  CHECK(agent.events("rig.fault").size() == 1);
}

TEST_CASE("a controller that never reads cannot stop it, and a bye still ends it") {
  AgentDriver agent(kAgent, {"--period", "1ms"});
  // Pings whose answers nobody reads, far beyond what the pipe holds.
  std::string pings;
  for (int i = 0; i < 20'000; ++i) pings += encode(Down{Ping{static_cast<std::uint64_t>(i)}});
  for (int i = 0; i < 2; ++i) agent.send_raw(pings);
  agent.start_script("chat", kWorks);
  agent.send(Bye{});
  CHECK(exited_with(agent.wait_exit(milliseconds(15'000), AgentDriver::Reading::no), 0));
}

TEST_CASE("a virtual board is told which processes heat it") {
  const TempDir tree;
  tree.write("soakrig-virtual", "");
  AgentDriver agent(kAgent, {"--sysroot", tree.path().string()});
  const std::string file = tree.file("run/soakrig/workloads.json");
  agent.start_script("chat", kWorks);
  const pid_t pid = started_pid(agent.wait_event("work.started"));
  REQUIRE(agent.wait_event("work.ready"));
  auto published = parse_json(read_file(file).value()).value()["workloads"];
  REQUIRE(published.size() == 1);
  CHECK(published[0]["name"] == "chat");
  CHECK(published[0]["pid"] == pid);
  CHECK(published[0]["role"] == "engine");
  agent.send(Stop{"", kSecond});
  REQUIRE(agent.wait_event("work.exited"));
  agent.send(Bye{});
  CHECK(exited_with(agent.wait_exit(), 0));
  CHECK(read_file(file).value() == "{\"workloads\":[]}\n");
}

TEST_CASE("what cannot start says so and ends with the promised code") {
  CHECK(exited_with(AgentDriver(kAgent, {"--no-such"}).wait_exit(), 4));
  CHECK(exited_with(AgentDriver(kAgent, {"--sysroot", "/no/such/tree"}).wait_exit(), 2));
}
