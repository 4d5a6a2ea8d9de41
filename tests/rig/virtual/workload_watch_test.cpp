// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/workload_watch.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::virtual_bench;
using test::Child;
using test::eventually;

namespace {

std::string entry(const char* name, const ProcessId& id, const char* role) {
  return "{\"name\":\"" + std::string(name) + "\",\"pid\":" + std::to_string(id.pid) +
         ",\"start_time\":" + std::to_string(id.start_time) + ",\"role\":\"" + role + "\"}";
}
std::string list(const std::string& entries) { return "{\"workloads\":[" + entries + "]}"; }

}  // namespace

TEST_CASE("the agent's list is read; one that could aim a signal elsewhere is refused") {
  const auto two = parse_workloads(
      list(entry("a", {77, 5, {}}, "engine") + "," + entry("b", {78, 6, {}}, "client")));
  REQUIRE(two);
  REQUIRE(two->size() == 2);
  CHECK((*two)[0].engine);
  CHECK_FALSE((*two)[1].engine);
  CHECK((*two)[1].start_time == 6);
  CHECK(parse_workloads(list(""))->empty());
  for (const char* bad : {"", "[]", "{}", "{\"workloads\":{}}", "{\"workloads\":[1]}",
                          "{\"workloads\":[{\"name\":\"a\",\"pid\":1,\"start_time\":1}]}",
                          "{\"workloads\":[{\"name\":\"a\",\"pid\":-5,\"start_time\":1}]}",
                          "{\"workloads\":[{\"name\":\"a\",\"pid\":99999999999,\"start_time\":1}]}",
                          "{\"workloads\":[{\"name\":\"a\",\"pid\":7}]}"}) {
    CHECK_FALSE(parse_workloads(bad));
  }
}

TEST_CASE("engines and their children are followed; clients and strangers are not") {
  const test::TempDir tree;
  const Child engine([] {
    const pid_t inner = ::fork();
    static_cast<void>(inner);
    test::wait_for_ever();
  });
  const Child client(&test::wait_for_ever);
  ProcessId stranger = client.id();
  stranger.start_time += 1;
  WorkloadWatch watch(tree.path().string());
  CHECK_FALSE(watch.refresh());  // no list yet
  tree.write("run/soakrig/workloads.json",
             list(entry("chat", engine.id(), "engine") + "," +
                  entry("load", client.id(), "client") + "," + entry("gone", stranger, "engine")));
  REQUIRE(eventually([&] {
    watch.refresh();
    return watch.engines().size() == 2;
  }));
  CHECK(watch.engines()[0] == engine.id());
  CHECK(watch.generation() == 1);
  REQUIRE(watch.find("chat") != nullptr);
  CHECK(watch.find("load") != nullptr);
  CHECK(watch.find("gone") == nullptr);
  const pid_t inner = watch.engines()[1].pid;
  tree.write("run/soakrig/workloads.json",
             "{\"workloads\":[");  // half written: keeps what it knows
  CHECK_FALSE(watch.refresh());
  CHECK(watch.engines().size() == 2);
  tree.write("run/soakrig/workloads.json", list(""));
  CHECK(watch.refresh());
  CHECK(watch.engines().empty());
  CHECK(watch.generation() == 2);
  ::kill(inner, SIGKILL);
}

TEST_CASE("CPU time is what the engines used since the last look") {
  const test::TempDir tree;
  const Child engine(&test::burn);
  tree.write("run/soakrig/workloads.json", list(entry("chat", engine.id(), "engine")));
  WorkloadWatch watch(tree.path().string());
  CHECK(watch.refresh());
  const CpuTimes first = watch.take();  // what came before is not of this interval
  CHECK(first.ran == 0.0);
  double ran = 0;
  CHECK(eventually([&] {
    ran += watch.take().ran;
    return ran > 0.05;
  }));
  engine.kill(SIGSTOP);
  REQUIRE(eventually([&] { return engine.state() == 'T'; }));
  static_cast<void>(watch.take());
  CHECK(watch.take().ran == 0.0);
}
