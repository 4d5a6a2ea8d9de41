// SPDX-License-Identifier: Apache-2.0
#include "probes/container_group.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {

const std::string kId(64, 'c');
const std::string kStat = " (engine) S 1 7 7 0 -1 0 0 0 0 0 150 50 0 0 20 0 1 0 500 1 2";

// A machine whose process 7 is in the container, with what /proc says of it.
void write_process(const test::TempDir& root, const std::string& groups, const char* pid = "7") {
  const std::string folder = std::string("proc/") + pid;
  root.write(folder + "/cgroup", groups);
  root.write(folder + "/stat", pid + kStat);
  root.write(folder + "/status", "RssAnon:\t 100 kB\nVmSwap:\t 28 kB\n");
}

std::optional<ContainerGroup> found_below(const test::TempDir& root) {
  return ContainerGroup::find(kId, root.path().string());
}

}  // namespace

TEST_CASE("a container's group has its id in its name, however its runtime calls it") {
  for (const std::string& group :
       {"/docker/" + kId, "/system.slice/docker-" + kId + ".scope", "/libpod_parent/libpod-" + kId,
        "/machine.slice/libpod-" + kId + ".scope", "/kubepods/burstable/pod1/" + kId}) {
    INFO(group);
    CHECK(container_part(group, kId) == group);
    CHECK(container_part(group + "/container", kId) == group);
  }
  for (const std::string& other :
       {"/machine.slice/libpod-conmon-" + kId + ".scope", "/" + kId + "0", "/x" + kId,
        "/a-" + kId + ".scoped", std::string("/user.slice")}) {
    INFO(other);
    CHECK(container_part(other, kId).empty());
  }
  const std::string nested = "/libpod-conmon-" + kId + "/libpod-" + kId;
  CHECK(container_part(nested, kId) == nested);
}

TEST_CASE("of cgroup v1 each controller's own hierarchy counts") {
  const test::TempDir root;
  root.write("proc/self/mountinfo",
             "1 0 0:1 / /cg/unified rw - cgroup2 cgroup2 rw\n"
             "2 0 0:2 / /cg/memory rw - cgroup cgroup rw,memory\n"
             "3 0 0:3 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
             "4 0 0:4 / /cg/cpuset rw - cgroup cgroup rw,cpuset\n");
  const std::string group = "/docker/" + kId;
  write_process(root, "3:memory:" + group + "\n2:cpu,cpuacct:" + group + "\n0::/\n");
  root.write("cg/memory" + group + "/memory.stat",
             "rss 1\ntotal_cache 9\ntotal_rss 4096\ntotal_swap 1024\n");
  root.write("cg/memory" + group + "/cgroup.procs", "7\n8\n");
  root.write("cg/memory" + group + "/below/cgroup.procs", "9\n");
  root.write("cg/cpu" + group + "/cpuacct.usage", "2500000000\n");
  const auto container = found_below(root);
  REQUIRE(container);
  CHECK(container->processes() == std::vector<pid_t>{7, 8, 9});
  const auto usage = container->usage();
  REQUIRE(usage);
  CHECK(usage->memory_bytes == 5120);
  CHECK(usage->cpu_s == 2.5);
  CHECK(usage->processes == 3);
}

TEST_CASE("of cgroup v2 the one hierarchy counts") {
  const test::TempDir root;
  root.write("proc/self/mountinfo", "1 0 0:1 / /cg rw - cgroup2 cgroup2 rw\n");
  const std::string group = "/machine.slice/libpod-" + kId + ".scope";
  write_process(root, "0::" + group + "/container\n");
  root.write("cg" + group + "/container/cgroup.procs", "7\n");
  root.write("cg" + group + "/cgroup.procs", "");
  root.write("cg" + group + "/memory.stat", "anon 8192\nfile 5\n");
  root.write("cg" + group + "/memory.swap.current", "100\n");
  root.write("cg" + group + "/cpu.stat", "usage_usec 1500000\nuser_usec 1\n");
  const auto container = found_below(root);
  REQUIRE(container);
  CHECK(container->processes() == std::vector<pid_t>{7});
  const auto usage = container->usage();
  REQUIRE(usage);
  CHECK(usage->memory_bytes == 8292);
  CHECK(usage->cpu_s == 1.5);
}

TEST_CASE("where the kernel does not count, the processes are added up") {
  const test::TempDir root;
  root.write("proc/self/mountinfo", "1 0 0:1 / /cg rw - cgroup2 cgroup2 rw\n");
  const std::string group = "/docker/" + kId;
  write_process(root, "0::" + group + "\n");
  root.write("cg" + group + "/cgroup.procs", "7\n");
  const auto container = found_below(root);
  REQUIRE(container);
  const auto usage = container->usage();
  REQUIRE(usage);
  CHECK(usage->memory_bytes == 128 * 1024);
  CHECK(usage->cpu_s > 0);
  CHECK(usage->processes == 1);
}

TEST_CASE("a container that is not there, or no longer, is no usage of zero") {
  const test::TempDir root;
  root.write("proc/self/mountinfo", "1 0 0:1 / /cg rw - cgroup2 cgroup2 rw\n");
  write_process(root, "0::/docker/" + std::string(64, 'd') + "\n");
  CHECK_FALSE(found_below(root));
  // Its path leads out of what is mounted.
  write_process(root, "0::/../../docker/" + kId + "\n");
  CHECK_FALSE(found_below(root));
  write_process(root, "0::/docker/" + kId + "\n");
  CHECK_FALSE(found_below(root));  // no such folder
  root.write("cg/docker/" + kId + "/cgroup.procs", "7\n");
  const auto container = found_below(root);
  REQUIRE(container);
  std::filesystem::remove_all(root.path() / "cg");
  const auto usage = container->usage();
  REQUIRE_FALSE(usage);
  CHECK(usage.error().code == Errc::not_found);
  CHECK(container->processes().empty());
}
