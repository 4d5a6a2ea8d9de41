// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/census.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "probes/agent/pid_file.hpp"
#include "probes/agent/state_dir.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::agent;
namespace fs = std::filesystem;

namespace {

const SystemClock kClock;

// A process that holds a state folder as an agent does, until it is told to end.
class Tenant {
 public:
  explicit Tenant(const std::string& path) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      sigset_t set;
      sigemptyset(&set);
      sigaddset(&set, SIGTERM);
      ::sigprocmask(SIG_BLOCK, &set, nullptr);
      const auto state = StateDir::open(path);
      const auto lock = state->lock();
      const PidFile named(state->pid_path(), "run 7, sysroot /");
      if (::write(ready[1], "r", 1) != 1) ::_exit(1);
      int number = 0;
      ::sigwait(&set, &number);
      ::_exit(0);  // as one that is killed: its files stay
    }
    char said = 0;
    REQUIRE(::read(ready[0], &said, 1) == 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  Tenant(const Tenant&) = delete;
  Tenant& operator=(const Tenant&) = delete;
  ~Tenant() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

}  // namespace

TEST_CASE("Agents are found by their folders, with what they still have to say", "[real-kernel]") {
  const test::TempDir dir;
  CHECK(residents(dir.file("nowhere"), kClock).empty());
  const Tenant tenant(dir.file("20260301-120000-00000001-0.state"));
  const auto living = StateDir::open(dir.file("20260301-120000-00000001-0.state"));
  living->note_alone(kClock.boot_ns() - 90 * kSecond);
  const auto dead = StateDir::open(dir.file("20260301-120000-00000002-0.state"));
  REQUIRE(dead->lock());
  dir.write("20260301-120000-00000002-0.state/spool/s/1", std::string(1234, 'x'));
  dir.write("not-an-agent/file", "");
  const auto found = residents(dir.path().string(), kClock);
  REQUIRE(found.size() == 2);
  CHECK(found[0].pid == tenant.pid());
  REQUIRE(found[0].alone);
  CHECK(*found[0].alone >= 90 * kSecond);
  CHECK(found[0].spool_bytes == 0);
  CHECK(found[1].pid == 0);
  CHECK(found[1].spool_bytes == 1234);
  living->note_alone(0);
  CHECK(residents(dir.path().string(), kClock)[0].driven());
}

TEST_CASE("An agent is cleared with all that it kept, and nothing else is", "[real-kernel]") {
  const test::TempDir dir;
  const std::string state = dir.file("run-0.state");
  const Tenant tenant(state);
  dir.write("run-0.state/spool/s/1", "line\n");
  dir.write("beside", "stays");
  CHECK(clear_agent(state, kClock));
  CHECK_FALSE(fs::exists(state));
  CHECK(fs::exists(dir.file("beside")));
  CHECK(clear_agent(state, kClock));  // gone already
  const auto no = clear_agent(dir.path().string(), kClock);
  REQUIRE_FALSE(no);
  CHECK(no.error().code == Errc::invalid);
  CHECK(fs::exists(dir.file("beside")));
}

TEST_CASE("Other users' agents are neither told nor touched") {
  if (::geteuid() != 0) return;  // only root can make a folder another user's
  const test::TempDir dir;
  const auto state = StateDir::open(dir.file("run-0.state"));
  REQUIRE(state->lock());
  CHECK(residents(dir.path().string(), kClock).size() ==
        1);  // the control: it is seen while it is ours
  REQUIRE(::chown(dir.file("run-0.state").c_str(), 65534, 65534) == 0);
  CHECK(residents(dir.path().string(), kClock).empty());
  const auto no = clear_agent(dir.file("run-0.state"), kClock);
  REQUIRE_FALSE(no);
  CHECK(no.error().code == Errc::unsupported);
  CHECK(fs::exists(dir.file("run-0.state/lock")));
}
