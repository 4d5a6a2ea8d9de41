// SPDX-License-Identifier: Apache-2.0
#include "rig/base/spawn.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

extern char** environ;

namespace soakrig {

namespace {

struct Pipe {
  Fd read, write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return sys_error("no pipe for a program", {}, "raise the limit of open files");
  }
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  // exec takes char* for historical reasons and does not write.
  for (const auto& s : strings) out.push_back(const_cast<char*>(s.c_str()));
  out.push_back(nullptr);
  return out;
}

// Everything the child needs, made before fork: after it, only async-signal-safe calls.
struct Prepared {
  const char* program;
  char* const* argv;
  char* const* environment;
  int in, out, err, report;
  pid_t parent;
};

[[noreturn]] void fail(int report) {
  const int error = errno;
  // Nobody can be told when even this write fails.
  if (write(report, &error, sizeof error) < 0) _exit(127);
  _exit(127);
}

void reset_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

void undo_oom_protection() {
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, "0", 1) < 0) errno = 0;  // allowed to fail: it only shifts who is killed first
  close(fd);
}

// Descriptors that others forgot to close must not reach a workload; ours are close-on-exec anyway.
void hide_descriptors() {
#ifdef CLOSE_RANGE_CLOEXEC
  if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
#endif
  for (int fd = 3; fd < 1024; ++fd) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

[[noreturn]] void become(const Prepared& p) {
  // "Die with the agent", then see whether it died before that took effect.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail(p.report);
  if (getppid() != p.parent) _exit(127);
  if (setsid() < 0) fail(p.report);
  reset_signals();
  undo_oom_protection();
  rlimit no_core{0, RLIM_INFINITY};
  if (getrlimit(RLIMIT_CORE, &no_core) == 0) {
    no_core.rlim_cur = 0;  // a soak must not fill the disk with cores
    setrlimit(RLIMIT_CORE, &no_core);
  }
  hide_descriptors();
  if (dup2(p.in, 0) < 0 || dup2(p.out, 1) < 0 || dup2(p.err, 2) < 0) fail(p.report);
  execve(p.program, p.argv, p.environment);
  fail(p.report);
}

Error exec_error(const std::string& program, int sys) {
  Error error;
  const bool missing = sys == ENOENT || sys == ENOTDIR;
  const bool config = missing || sys == EACCES || sys == ENOEXEC || sys == EISDIR || sys == ELOOP ||
                      sys == ENAMETOOLONG || sys == E2BIG || sys == EPERM;
  error.code = missing ? Errc::not_found : config ? Errc::invalid : Errc::io;
  error.what = "the program cannot be started";
  error.file = program;
  error.sys = sys;
  error.remedy = missing ? "give its full path"
                         : "check its permissions, its interpreter and its architecture";
  return error;
}

}  // namespace

Result<Child> spawn(const SpawnSpec& spec) {
  RIG_ASSERT(!spec.argv.empty());
  auto out = make_pipe();
  if (!out) return out.error();
  auto err = make_pipe();
  if (!err) return err.error();
  auto report = make_pipe();
  if (!report) return report.error();
  Pipe in{Fd(open("/dev/null", O_RDONLY | O_CLOEXEC)), {}};
  if (!in.read) return sys_error("cannot open", "/dev/null");
  if (spec.writable) {
    auto pipe = make_pipe();
    if (!pipe) return pipe.error();
    in = std::move(*pipe);
  }

  const auto argv = pointers(spec.argv);
  const auto environment = pointers(spec.environment);
  const Prepared prepared{spec.program.c_str(), argv.data(),      environment.data(),
                          in.read.get(),        out->write.get(), err->write.get(),
                          report->write.get(),  getpid()};
  const pid_t pid = fork();
  if (pid < 0) return sys_error("no process for a program", {}, "raise the limit of processes");
  if (pid == 0) become(prepared);

  report->write.reset();
  int sys = 0;
  ssize_t got = 0;
  do {
    got = read(report->read.get(), &sys, sizeof sys);
  } while (got < 0 && errno == EINTR);
  if (got == static_cast<ssize_t>(sizeof sys)) {
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return exec_error(spec.program, sys);
  }
  Child child{pid, std::move(out->read), std::move(err->read), std::move(in.write)};
  for (const int fd : {child.out.get(), child.err.get(), child.in.get()}) {
    if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
      return sys_error("cannot set a pipe non-blocking");
  }
  return child;
}

std::vector<std::string> minimal_environment() {
  static constexpr std::string_view kPassed[] = {
      "PATH=", "HOME=", "LANG=", "LD_LIBRARY_PATH=", "TMPDIR=", "SOAKRIG_"};
  std::vector<std::string> out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    for (const auto prefix : kPassed) {
      if (text.starts_with(prefix)) out.emplace_back(text);
    }
  }
  const auto has = [&](std::string_view prefix) {
    for (const auto& text : out) {
      if (text.starts_with(prefix)) return true;
    }
    return false;
  };
  if (!has("PATH=")) out.emplace_back("PATH=/usr/local/bin:/usr/bin:/bin");
  if (!has("LANG=")) out.emplace_back("LANG=C.UTF-8");
  return out;
}

std::string resolve_program(const std::string& argv0, const std::string& folder) {
  return argv0.find('/') == std::string::npos ? folder + "/" + argv0 : argv0;
}

std::string find_program(const std::string& argv0) {
  if (argv0.find('/') != std::string::npos) return argv0;
  const char* variable = getenv("PATH");
  const std::string_view folders = variable == nullptr ? "/usr/bin:/bin" : variable;
  for (std::size_t at = 0; at <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', at), folders.size());
    std::string path = std::string(folders.substr(at, end - at)) + "/" + argv0;
    if (access(path.c_str(), X_OK) == 0) return path;
    at = end + 1;
  }
  return argv0;
}

std::string own_folder() {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t n = readlink("/proc/self/exe", buffer.data(), buffer.size());
  if (n <= 0) return ".";
  const std::string_view path(buffer.data(), static_cast<std::size_t>(n));
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos
             ? "."
             : std::string(path.substr(0, std::max<std::size_t>(slash, 1)));
}

}  // namespace soakrig
