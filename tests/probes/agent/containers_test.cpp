// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/containers.hpp"

#include <unistd.h>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::agent;

namespace {

std::string id_of(char c) { return std::string(64, c); }

work::Note told(const std::string& id) {
  return {R"({"container":{"id":")" + id + R"(","runtime":"podman"}})"};
}

// A machine with one process in the group of each of these containers, and their memory.
void write_machine(const test::TempDir& root, const std::string& members, const std::string& id,
                   const std::string& memory) {
  root.write("proc/self/mountinfo", "1 0 0:1 / /cg rw - cgroup2 cgroup2 rw\n");
  root.write("proc/" + members + "/cgroup", "0::/docker/" + id + "\n");
  root.write("cg/docker/" + id + "/cgroup.procs", members + "\n");
  root.write("cg/docker/" + id + "/memory.stat", "anon " + memory + "\n");
  root.write("cg/docker/" + id + "/cpu.stat", "usage_usec 1000000\n");
}

}  // namespace

TEST_CASE("what a workload's containers use is added up") {
  const test::TempDir root;
  write_machine(root, "1000001", id_of('a'), "1000");
  write_machine(root, "1000002", id_of('b'), "500");
  Containers containers(root.path().string());
  CHECK(containers.empty());
  containers.heed(told(id_of('a')));
  containers.heed(told(id_of('b')));
  containers.heed(told(id_of('b')));  // twice is once
  const auto usage = containers.usage();
  REQUIRE(usage);
  CHECK(usage->memory_bytes == 1500);
  CHECK(usage->cpu_s == 2);
  CHECK(containers.processes() == std::vector<pid_t>{1000001, 1000002});
  containers.forget_all();
  CHECK(containers.processes().empty());
}

TEST_CASE("a container that is not to be found makes the sum unknown; one that has ended does not") {
  const test::TempDir root;
  write_machine(root, "1000001", id_of('a'), "1000");
  Containers containers(root.path().string());
  containers.heed(told(id_of('a')));
  containers.heed(told(id_of('b')));
  CHECK_FALSE(containers.usage());
  write_machine(root, "1000002", id_of('b'), "500");
  REQUIRE(containers.usage());
  std::filesystem::remove_all(root.path() / "cg" / "docker" / id_of('a'));
  const auto usage = containers.usage();
  REQUIRE(usage);
  CHECK(usage->memory_bytes == 500);
}

TEST_CASE("what is no container's id is not heeded, and there are few") {
  Containers containers("/no/such/root");
  for (const char* text : {"{}", "[]", R"({"container":7})", R"({"container":{"id":7}})",
                           R"({"container":{"id":"../../etc"}})", R"({"container":{}})"}) {
    INFO(text);
    containers.heed({text});
    CHECK(containers.empty());
  }
  const test::TempDir root;
  Containers many(root.path().string());
  for (char c = 'a'; c <= 'f'; ++c) many.heed(told(id_of(c)));
  for (char c = '0'; c <= '9'; ++c) many.heed(told(id_of(c)));
  write_machine(root, "1000001", id_of('a'), "1");
  CHECK(many.processes().empty());  // long forgotten
  write_machine(root, "1000002", id_of('9'), "1");
  CHECK(many.processes().size() == 1);
}

TEST_CASE("the container that this program is in itself is not a workload's") {
  const test::TempDir root;
  write_machine(root, std::to_string(::getpid()), id_of('a'), "1000");
  Containers containers(root.path().string());
  containers.heed(told(id_of('a')));
  CHECK(containers.processes().empty());
  CHECK(containers.empty());
}
