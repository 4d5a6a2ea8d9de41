// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/lift_watcher.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"

using namespace soakrig;
using namespace soakrig::virtual_bench;
using test::Child;
using test::eventually;

TEST_CASE("the last whole message counts") {
  const LiftOrder order{{{100, 5, {}}, {101, 6, {}}}, "/sys/fs/cgroup/cpu/my group"};
  const auto back = last_lift("process 7 7\nend\n" + encode_lift(order) + "process 9 9\n");
  REQUIRE(back.processes.size() == 2);
  CHECK(back.processes[1].pid == 101);
  CHECK(back.processes[1].start_time == 6);
  CHECK(back.group == order.group);
  CHECK(last_lift("process 7 7\n").processes.empty());
  CHECK(last_lift("process 1 7\nprocess -1 7\nend\n").processes.empty());
}

TEST_CASE("what was stopped is continued when its bench lets go") {
  const Child child(&test::wait_for_ever);
  auto watcher = LiftWatcher::start();
  REQUIRE(watcher);
  CHECK(watcher->alive());
  CHECK(watcher->tell({child.id()}, ""));
  child.kill(SIGSTOP);
  REQUIRE(eventually([&] { return child.state() == 'T'; }));
  { const LiftWatcher gone = std::move(*watcher); }
  CHECK(eventually([&] { return child.state() != 'T'; }));
}

TEST_CASE("a bench that is killed while it holds a process stopped leaves it running") {
  const Child child(&test::wait_for_ever);
  const ProcessId load = child.id();
  const Child bench([load] {
    auto watcher = LiftWatcher::start();
    if (!watcher || !watcher->tell({load}, "")) ::_exit(1);
    ::kill(load.pid, SIGSTOP);
    test::wait_for_ever();
  });
  REQUIRE(eventually([&] { return child.state() == 'T'; }));
  bench.kill(SIGKILL);
  CHECK(eventually([&] { return child.state() != 'T'; }));
}

TEST_CASE("a watcher that was killed is noticed") {
  auto watcher = LiftWatcher::start();
  REQUIRE(watcher);
  ::kill(watcher->pid(), SIGKILL);
  CHECK(eventually([&] { return !watcher->alive(); }));
  ::signal(SIGPIPE, SIG_IGN);
  CHECK_FALSE(watcher->tell({}, ""));
}
