// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "rig/base/fd.hpp"
#include "rig/virtual/throttle.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::virtual_bench;

namespace {

constexpr const char* kMounts =
    "30 24 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
    "31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:5 - cgroup cgroup rw,cpu,cpuacct\n"
    "32 30 0:28 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
    "33 30 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
    "garbage\n";

// The real site of this machine, if it lets us.
std::unique_ptr<Throttle> real_throttle(const ProcessId& owner) {
  auto made = make_throttle(ThrottleChoice::cgroup, owner);
  return made ? std::move(*made) : nullptr;
}

std::string group_of(pid_t pid) {
  return read_file("/proc/" + std::to_string(pid) + "/cgroup").value();
}

}  // namespace

TEST_CASE("the places for a group are found in the kernel's lists") {
  const auto sites = cgroup_sites(kMounts, "4:cpu,cpuacct:/user.slice\n3:cpuset:/\n0::/x\n");
  REQUIRE(sites.size() == 3);
  CHECK(sites[0].parent == "/sys/fs/cgroup/cpu,cpuacct/user.slice");
  CHECK_FALSE(sites[0].v2);
  CHECK(sites[1].parent == "/sys/fs/cgroup/cpu,cpuacct");
  CHECK(sites[2].parent == "/sys/fs/cgroup/unified");
  CHECK(sites[2].v2);
  CHECK(cgroup_sites("", "").empty());
  // A path that leads outside of what is mounted here is not followed.
  CHECK(cgroup_sites(kMounts, "4:cpu,cpuacct:/../../other\n").size() == 2);
}

TEST_CASE("the quota is the share of the cores in each period, at least 1 ms") {
  CHECK(quota_us(0.65, 2.0) == 52000);
  CHECK(quota_us(0.5, 1.0) == 20000);
  CHECK(quota_us(0.001, 1.0) == 1000);
  CHECK(quota_us(0.5, -1.0) == 1000);
}

TEST_CASE("a folder that is no cgroup is refused and left as it was") {
  const test::TempDir folder;
  for (const bool v2 : {false, true}) {
    const CgroupSite site{folder.path().string(), v2};
    CHECK(make_cgroup_throttle(site, this_process()).error().code == Errc::unsupported);
    CHECK(std::filesystem::is_empty(folder.path()));
  }
  CHECK_FALSE(make_cgroup_throttle({folder.file("none"), false}, this_process()));
}

TEST_CASE("v2 writes quota and period together") {
  const test::TempDir folder;
  const ProcessId owner = this_process();
  const std::string group = cgroup_name(owner);
  folder.write(group + "/cpu.max", "");
  folder.write(group + "/cgroup.procs", "");
  folder.write("cgroup.procs", "");
  auto throttle = make_cgroup_throttle({folder.path().string(), true}, owner);
  REQUIRE(throttle);
  CHECK((*throttle)->kind() == "cgroup-v2");
  CHECK(read_file(folder.file(group + "/cpu.max")).value() == "max 40000");
  (*throttle)->set(0.5, 2.0);
  CHECK(read_file(folder.file(group + "/cpu.max")).value() == "40000 40000");
  (*throttle)->govern({owner});
  CHECK(read_file(folder.file(group + "/cgroup.procs")).value() == std::to_string(owner.pid));
}

TEST_CASE("a real group takes the processes, limits them, and gives them back when it goes") {
  auto throttle = real_throttle(this_process());
  if (throttle == nullptr) {
    WARN("this system lets us make no cgroup with a CPU quota");
    return;
  }
  const test::Child child(&test::wait_for_ever);
  const std::string before = group_of(child.pid());
  const std::string group = throttle->group();
  throttle->govern({child.id()});
  CHECK(group_of(child.pid()) != before);
  throttle->set(0.5, 1.0);
  if (throttle->kind() == "cgroup-v1") {
    CHECK(read_file(group + "/cpu.cfs_quota_us").value() == "20000\n");
    CHECK(read_file(group + "/cpu.cfs_period_us").value() == "40000\n");
  }
  throttle->govern({});
  CHECK(group_of(child.pid()) == before);
  throttle->govern({child.id()});
  throttle.reset();
  CHECK(group_of(child.pid()) == before);
  CHECK_FALSE(std::filesystem::exists(group));
}

TEST_CASE("the group of a dead bench is removed, the group of a live one is not") {
  ProcessId dead = this_process();
  dead.start_time -= 1;  // nobody's
  auto old = real_throttle(dead);
  if (old == nullptr) return;
  // Making the second one looks for leftovers first.
  const auto fresh = real_throttle(this_process());
  REQUIRE(fresh != nullptr);
  CHECK_FALSE(std::filesystem::exists(old->group()));
  const auto other = make_throttle(ThrottleChoice::stop, this_process());
  CHECK(std::filesystem::exists(fresh->group()));
  CHECK((*other)->kind() == "stop");
}

TEST_CASE("unless a quota is asked for, the throttle is stop and continue") {
  CHECK((*make_throttle(ThrottleChoice::automatic, this_process()))->kind() == "stop");
}
