// SPDX-License-Identifier: Apache-2.0
#include "rig/base/control_group.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

namespace {
constexpr std::string_view kMounts =
    "30 24 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
    "31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:5 - cgroup cgroup rw,cpu,cpuacct\n"
    "32 30 0:28 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "33 30 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
    "34 30 0:30 / broken - cgroup\n";
}  // namespace

TEST_CASE("the hierarchies of control groups are read from the mounts") {
  const auto mounts = parse_group_mounts(kMounts);
  REQUIRE(mounts.size() == 3);
  CHECK(mounts[0].folder == "/sys/fs/cgroup/cpu,cpuacct");
  CHECK(mounts[0].has("cpuacct"));
  CHECK_FALSE(mounts[0].has("memory"));
  CHECK(mounts[1].root == "/docker/abc");
  CHECK(mounts[2].v2);
  CHECK(parse_group_mounts("\n - \nx").empty());
}

TEST_CASE("a group's folder is below its mount, or there is none") {
  const auto mounts = parse_group_mounts(kMounts);
  CHECK(mounts[0].folder_of("/a/b") == "/sys/fs/cgroup/cpu,cpuacct/a/b");
  CHECK(mounts[0].folder_of("/") == "/sys/fs/cgroup/cpu,cpuacct");
  CHECK(mounts[1].folder_of("/docker/abc/x") == "/sys/fs/cgroup/memory/x");
  CHECK(mounts[1].folder_of("/docker/abc") == "/sys/fs/cgroup/memory");
  for (const char* outside : {"/docker/abcd", "/other", "/../..", "relative", ""}) {
    INFO(outside);
    CHECK_FALSE(mounts[1].folder_of(outside));
  }
}

TEST_CASE("a process's groups are read with their controllers") {
  const auto mounts = parse_group_mounts(kMounts);
  const auto paths = parse_group_paths("4:cpu,cpuacct:/user.slice\n3:memory:/docker/abc/x:y\n0::/z\nbad\n");
  REQUIRE(paths.size() == 3);
  CHECK(paths[0].is_of(mounts[0]));
  CHECK_FALSE(paths[0].is_of(mounts[1]));
  CHECK_FALSE(paths[0].is_of(mounts[2]));
  CHECK(paths[1].path == "/docker/abc/x:y");
  CHECK(paths[2].is_of(mounts[2]));
  CHECK_FALSE(paths[2].is_of(mounts[0]));
}
