// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/inspect.hpp"

#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>

#include "rig/base/spawn.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig::agent;

TEST_CASE("counters are found by their whole name at the start of a line") {
  const char* vmstat = "oom_kill_old 9\npgfault 12\noom_kill 3\n";
  CHECK(parse_counter(vmstat, "oom_kill") == 3);
  CHECK(parse_counter(vmstat, "pgfault") == 12);
  CHECK(parse_counter(vmstat, "fault") == 0);
  CHECK(parse_counter("rchar: 77\nwchar: 1\n", "rchar") == 77);
  CHECK(parse_counter("rchar: x", "rchar") == 0);
  CHECK(parse_counter("", "rchar") == 0);
}

TEST_CASE("a process, its descendants and its environment are found") {
  auto child = soakrig::spawn({"/bin/sh", {"sh", "-c", "sleep 60 & echo up; wait"}, {"MARK=one"}});
  REQUIRE(child.has_value());
  char byte = 0;
  while (read(child->out.get(), &byte, 1) != 1) {
  }  // the sleeper has been forked
  const auto mine = descendants(getpid());
  CHECK(std::find(mine.begin(), mine.end(), child->pid) != mine.end());
  CHECK(descendants(child->pid).size() == 1);
  CHECK(started_with(child->pid, "MARK=one"));
  CHECK_FALSE(started_with(child->pid, "MARK=on"));
  const auto evidence = describe_process(child->pid);
  REQUIRE_FALSE(evidence.empty());
  CHECK(evidence[0].find(std::to_string(child->pid)) != std::string::npos);
  kill(-child->pid, SIGKILL);
  waitpid(child->pid, nullptr, 0);
  CHECK(describe_process(child->pid).empty());
  CHECK(read_bytes_of(child->pid) == 0);
}
