// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/pid_file.hpp"

#include <signal.h>

#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using agent::PidFile;
using agent::stop_agent;

namespace {
const SystemClock kClock;
constexpr Nanos kGrace = 200 * kMillisecond;
}  // namespace

TEST_CASE("A pid file is there while its agent is") {
  const test::TempDir dir;
  {
    const PidFile named(dir.file("pid"));
    CHECK(read_file(dir.file("pid")).value().find("boot_id") != std::string::npos);
  }
  CHECK_FALSE(read_file(dir.file("pid")));
  CHECK_NOTHROW(PidFile(""));
  CHECK_THROWS_AS(PidFile(dir.file("no/such/folder")), Fatal);
}

TEST_CASE("The agent that a file names is ended, whether it listens or not", "[real-kernel]") {
  const test::TempDir dir;
  const bool deaf = GENERATE(false, true);
  const test::Child child([&] {
    if (deaf) ::signal(SIGTERM, SIG_IGN);
    const PidFile named(dir.file("pid"));
    test::wait_for_ever();
  });
  REQUIRE(test::eventually([&] { return read_file(dir.file("pid")).has_value(); }));
  CHECK(stop_agent(dir.file("pid"), kGrace, kClock));
  CHECK_FALSE(is_alive(child.id()));
}

TEST_CASE("Nobody else is ended for an agent that is gone") {
  const test::TempDir dir;
  CHECK(stop_agent(dir.file("none"), kGrace, kClock));
  // Its pid was given to another process since.
  const test::Child stranger([] { test::wait_for_ever(); });
  dir.write("pid", R"({"pid":)" + std::to_string(stranger.pid()) +
                       R"(,"start_time":1,"boot_id":")" + current_boot_id() + "\"}");
  CHECK(stop_agent(dir.file("pid"), kGrace, kClock));
  CHECK(is_alive(stranger.id()));
}

TEST_CASE("What is no pid file ends nobody") {
  const test::TempDir dir;
  for (const char* text : {"", "{}", "17", R"({"pid":1,"start_time":1,"boot_id":"x"})",
                           R"({"pid":-5,"start_time":1,"boot_id":"x"})"}) {
    dir.write("pid", text);
    CHECK(stop_agent(dir.file("pid"), kGrace, kClock).error().code == Errc::invalid);
  }
}
