// SPDX-License-Identifier: Apache-2.0
#include "rig/base/spawn.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

#include "tests/support/catch.hpp"

using namespace soakrig;

namespace {

// All that it prints, once it has ended.
std::string output_of(Child& child, int& status) {
  waitpid(child.pid, &status, 0);
  std::string out;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = read(child.out.get(), buffer.data(), buffer.size())) > 0;) {
    out.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return out;
}

Child shell(const std::string& script, const std::vector<std::string>& environment = {}) {
  auto child = spawn({"/bin/sh", {"sh", "-c", script}, environment});
  REQUIRE(child.has_value());
  return std::move(*child);
}

}  // namespace

TEST_CASE("a child has its own session and group, and only its own descriptors") {
  const Fd stray(open("/dev/null", O_RDONLY | O_CLOEXEC));
  int status = 0;
  auto child = shell("echo $$ $(cut -d' ' -f5,6 /proc/self/stat); echo /proc/$$/fd/*");
  const std::string id = std::to_string(child.pid);
  const std::string out = output_of(child, status);
  CHECK(out.starts_with(id + " " + id + " " + id + "\n"));
  const std::string fds = "/proc/" + id + "/fd/";
  // The fourth one is the shell's own, open while it lists them.
  CHECK(out.substr(out.find('\n') + 1).starts_with(fds + "0 " + fds + "1 " + fds + "2 " + fds));
  CHECK(std::count(out.begin(), out.end(), 'f') == 4);
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a child has no input, default signals and no core file") {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  int status = 0;
  auto child = shell("cat; ulimit -c; kill -TERM $$; sleep 5");
  CHECK(output_of(child, status) == "0\n");
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
  sigprocmask(SIG_SETMASK, &before, nullptr);
}

TEST_CASE("a child sees the environment it was given and nothing else") {
  setenv("SOAKRIG_TEST_SECRET", "1", 1);
  setenv("OTHER_TEST_SECRET", "1", 1);
  int status = 0;
  auto child = shell("echo $A$OTHER_TEST_SECRET", {"A=b"});
  CHECK(output_of(child, status) == "b\n");
  bool passed = false, leaked = false, path = false;
  for (const auto& entry : minimal_environment()) {
    passed |= entry == "SOAKRIG_TEST_SECRET=1";
    leaked |= entry.starts_with("OTHER_");
    path |= entry.starts_with("PATH=");
  }
  CHECK(passed);
  CHECK_FALSE(leaked);
  CHECK(path);
}

TEST_CASE("a program that cannot be started says why") {
  const auto missing = spawn({"/no/such/program", {"x"}, {}});
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().code == Errc::not_found);
  CHECK(missing.error().sys == ENOENT);
  CHECK(missing.error().file == "/no/such/program");
  const auto folder = spawn({"/tmp", {"x"}, {}});
  REQUIRE_FALSE(folder.has_value());
  CHECK(folder.error().code == Errc::invalid);
  CHECK_FALSE(folder.error().remedy.empty());
}

TEST_CASE("a bare name lies beside the agent, a path is a path") {
  CHECK(resolve_program("soakrig-work", "/opt/bin") == "/opt/bin/soakrig-work");
  CHECK(resolve_program("/bin/true", "/opt/bin") == "/bin/true");
  CHECK(resolve_program("./x", "/opt/bin") == "./x");
  CHECK(own_folder().starts_with("/"));
}

TEST_CASE("a program without a path is found in PATH") {
  CHECK(find_program("sh").ends_with("/sh"));
  CHECK(find_program("/a/b") == "/a/b");
  CHECK(find_program("no-such-program-anywhere") == "no-such-program-anywhere");
}

TEST_CASE("a child may be written to, and sees the end of it") {
  int status = 0;
  auto child = spawn({"/bin/sh", {"sh", "-c", "cat; echo over"}, {}, true});
  REQUIRE(child);
  REQUIRE(child->in);
  CHECK(write(child->in.get(), "said\n", 5) == 5);
  child->in.reset();
  CHECK(output_of(*child, status) == "said\nover\n");
}
