// SPDX-License-Identifier: Apache-2.0
//
// soakrig-guard: started by `soakrig run` beside a run that drives a chamber, and by the system
// after a reboot.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

#include "rig/base/version.hpp"
#include "rig/instruments/guard/guard.hpp"

namespace {

using namespace soakrig;

constexpr const char* kHelp =
    "soakrig-guard - makes a chamber safe when the run that drives it cannot\n"
    "\n"
    "Usage: soakrig-guard RUN | --recover\n"
    "\n"
    "Options:\n"
    "  RUN        guard this run: its plan lies in the guard's folder, its controller writes to\n"
    "             standard input; `soakrig run` starts it\n"
    "  --recover  take up every plan whose controller and guard are gone, as after a reboot\n"
    "  --help     this text\n"
    "  --version  version and commit\n"
    "\n"
    "The folder is SOAKRIG_GUARD_DIR, else soakrig/guard below XDG_STATE_HOME or ~/.local/state.\n"
    "Exit codes: 0 nothing is left to do, 2 cannot guard, 4 usage. See also soakrig guard.\n";

int complain(const Error& error, int code) {
  std::fprintf(stderr, "soakrig-guard: %s\n", error.message().c_str());
  return code;
}

// Only a pipe may refuse what nobody reads; a terminal is shared with others.
void never_wait(int fd) {
  struct stat about {};
  if (::fstat(fd, &about) == 0 && S_ISFIFO(about.st_mode)) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  }
}

int guard_run(const guard::Files& files, const std::string& run, bool recover) {
  const SystemClock clock;
  auto lock = files.lock_run(run);
  // Another guard has it already.
  if (!lock) return recover && lock.error().code == Errc::busy ? 0 : complain(lock.error(), 2);
  auto plan = files.plan(run);
  if (!plan) return complain(plan.error(), 2);
  const auto signals = guard::guard_signals();
  if (!signals) return complain(signals.error(), 2);
  never_wait(STDOUT_FILENO);
  guard::Guard guard(files, std::move(*plan), std::move(*lock), clock,
                     recover ? -1 : STDIN_FILENO, STDOUT_FILENO, signals->get());
  const auto done = recover ? guard.recover() : guard.run();
  return done ? 0 : complain(done.error(), 2);
}

// One process each: a chamber that does not answer must not keep another one hot.
int recover_all(const guard::Files& files) {
  std::vector<pid_t> children;
  int code = 0;
  for (const std::string& run : files.runs()) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(guard_run(files, run, true));
    if (child < 0) code = complain(sys_error("cannot fork"), 2);
    if (child > 0) children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) code = 2;
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() != 1) {
    std::fputs(kHelp, stderr);
    return 4;
  }
  if (args[0] == "--help" || args[0] == "-h") {
    std::fputs(kHelp, stdout);
    return 0;
  }
  if (args[0] == "--version") {
    std::printf("soakrig-guard %s (%s)\n", std::string(version()).c_str(),
                std::string(commit()).c_str());
    return 0;
  }
  const bool recover = args[0] == "--recover";
  if (!recover && !guard::is_run_name(args[0])) {
    return complain({Errc::invalid, "no run is called '" + args[0] + "'", "see --help"}, 4);
  }
  // A Ctrl-C at the run's terminal is not for the guard.
  if (!recover) ::setsid();
  const auto files = guard::Files::open();
  if (!files) return complain(files.error(), 2);
  return recover ? recover_all(*files) : guard_run(*files, args[0], false);
}
