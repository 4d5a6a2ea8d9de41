// SPDX-License-Identifier: Apache-2.0
//
// The link against a script in the guard's place.
#include "rig/control/guard_link.hpp"

#include <signal.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

#include "rig/base/process_id.hpp"
#include "rig/instruments/map_library.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

// Says it is armed, then does what `body` says, a shell script.
struct Fixture {
  test::TempDir dir;
  SystemClock clock;
  boost::asio::io_context io;
  std::vector<std::string> lost, reports;

  GuardParts parts(const std::string& body) {
    dir.write("guard.sh", "#!/bin/sh\necho '{\"armed\":true}'\n" + body + "\n");
    ::chmod(dir.file("guard.sh").c_str(), 0755);
    GuardParts made{guard::Files::open(dir.file("state")).value(), {}, dir.file("guard.sh"), {}};
    made.plan.run = "run-1";
    made.plan.lost = {guard::make_step(instruments::load_register_map("watlow-f4t").value(),
                                       "set_point", "tcp://127.0.0.1:1?unit=1", 23.0, "safe", 0.05)
                          .value()};
    return made;
  }
  GuardLink::Hooks hooks() {
    return {.on_lost = [this](const std::string& why) { lost.push_back(why); },
            .on_report = [this](const std::string& body) { reports.push_back(body); }};
  }
  bool until(GuardLink& link, const std::function<bool()>& holds) {
    for (const Nanos end = clock.boot_ns() + 20 * kSecond; clock.boot_ns() < end;) {
      link.tick();
      io.restart();
      io.run_for(std::chrono::milliseconds(20));
      if (holds()) return true;
    }
    return false;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "The plan is stored before the guard starts, and goes when it goes") {
  auto made = parts("while read line; do case $line in *stand_down*) exit 0;; esac; done");
  const guard::Files files = made.files;
  GuardLink link(io, std::move(made), clock, hooks());
  REQUIRE(link.start());
  CHECK(files.plan("run-1").value().controller == this_process());
  REQUIRE(until(link, [&] { return link.armed(); }));
  link.stand_down();
  CHECK(until(link, [&] { return link.ended(); }));
  CHECK(files.runs().empty());
  CHECK(lost.empty());
}

TEST_CASE_METHOD(Fixture, "A guard that ends while it is needed is told once") {
  GuardLink link(io, parts("exit 3"), clock, hooks());
  REQUIRE(link.start());
  REQUIRE(until(link, [&] { return !lost.empty(); }));
  CHECK(lost == std::vector<std::string>{"the guard ended with exit code 3"});
  link.stand_down();  // the chamber was made safe without it
  CHECK(link.ended());
}

TEST_CASE_METHOD(Fixture, "A guard that says nothing any more counts as lost") {
  GuardLink link(io, parts("exec sleep 60"), clock, hooks());
  REQUIRE(link.start());
  REQUIRE(until(link, [&] { return !lost.empty(); }));
  CHECK(lost[0].find("said nothing") != std::string::npos);
  link.stand_down();
  CHECK(until(link, [&] { return link.ended(); }));  // by force
}

TEST_CASE_METHOD(Fixture, "What is handed over is the guard's, whose words are passed on") {
  auto made = parts(
      "while read line; do case $line in *'\"trip\":\"hot\"'*)\n"
      "echo '{\"stage\":\"tripped\",\"safe\":true}'; exec sleep 60;; esac; done");
  made.buses.push_back(made.files.lock_bus("b").value());
  const guard::Files files = made.files;
  pid_t guard_pid = 0;
  {
    GuardLink link(io, std::move(made), clock, hooks());
    REQUIRE(link.start());
    REQUIRE(until(link, [&] { return link.armed(); }));
    CHECK_FALSE(files.lock_bus("b"));
    link.hand_over("hot");
    CHECK(files.lock_bus("b"));
    REQUIRE(until(link, [&] { return link.made_safe(); }));
    CHECK(reports.size() == 1);
    link.stand_down();  // too late: it keeps what it was given
    CHECK_FALSE(link.ended());
    guard_pid = link.process().pid;
    CHECK(files.runs().size() == 1);
  }
  // It outlives its controller.
  CHECK(process_start_time(guard_pid));
  ::kill(guard_pid, SIGKILL);
}

TEST_CASE_METHOD(Fixture, "A guard that is gone is replaced by one that gets the chamber") {
  const std::string once = dir.file("once");
  auto made = parts("test -e " + once + " || { : > " + once + "; exit 3; }\n" +
                    "while read line; do case $line in *trip*)\n"
                    "echo '{\"stage\":\"tripped\",\"safe\":true}';; esac; done");
  GuardLink link(io, std::move(made), clock, hooks());
  REQUIRE(link.start());
  REQUIRE(until(link, [&] { return !lost.empty(); }));
  link.hand_over("nobody watches");
  CHECK(until(link, [&] { return link.made_safe(); }));
}

TEST_CASE_METHOD(Fixture, "A guard that cannot be started leaves no plan behind") {
  auto made = parts("");
  made.program = "/no/such/guard";
  const guard::Files files = made.files;
  GuardLink link(io, std::move(made), clock, hooks());
  CHECK_FALSE(link.start());
  CHECK(files.runs().empty());
}
