// SPDX-License-Identifier: Apache-2.0
#include "rig/base/process_id.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("This process is alive, and only as itself") {
  const ProcessId self = this_process();
  CHECK(self.pid == ::getpid());
  CHECK(self.start_time > 0);
  CHECK(is_alive(self));
  ProcessId older = self;
  older.start_time -= 1;
  CHECK_FALSE(is_alive(older));  // same pid, another process
  ProcessId elsewhere = self;
  elsewhere.boot_id = "another boot";
  CHECK_FALSE(is_alive(elsewhere));
  CHECK_FALSE(is_alive(ProcessId{}));
}

TEST_CASE("A dead child is dead even before it is reaped") {
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  const ProcessId id{child, process_start_time(child).value(), current_boot_id()};
  CHECK(is_alive(id));
  CHECK(signal_process(id, SIGKILL));
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);  // still a zombie
  CHECK_FALSE(is_alive(id));
  CHECK_FALSE(signal_process(id, SIGKILL));
  ::waitpid(child, nullptr, 0);
}
