// SPDX-License-Identifier: Apache-2.0
//
// soakrig run PROFILE.toml [--set k=v]… [--archive DIR] [--detach]
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <string>
#include <vector>

#include "rig/app/command_line.hpp"
#include "rig/app/run_soak.hpp"
#include "rig/app/soak_order.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::app {
namespace {

// The child's side of --detach: a session of its own, nothing of the terminal left, its log beside
// the archive. Returns the pipe on which the start is reported, or nothing in the parent.
struct Detached {
  Fd report;     // in the child
  int code = 0;  // in the parent: what to exit with
  bool child = false;
};

int wait_for_start(int from, pid_t child, const std::string& log) {
  std::string text(4096, '\0');
  std::size_t used = 0;
  for (;;) {
    const ssize_t n = ::read(from, text.data() + used, text.size() - used);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    used += static_cast<std::size_t>(n);
    if (used == text.size()) break;
  }
  text.resize(used);
  if (!text.empty()) {
    std::fputs(text.c_str(), stdout);
    fmt::print("log: {}\nnext: soakrig status · soakrig top · soakrig stop\n", log);
    return 0;
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  const auto said = read_file(log, 1u << 16);
  std::fputs(said ? said->c_str() : "soakrig: the detached run did not start\n", stderr);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

Result<Detached> detach(const std::string& archive) {
  const std::string log = archive + "/run-" + std::to_string(::getpid()) + ".log";
  int ends[2];
  if (::mkdir(archive.c_str(), 0755) != 0 && errno != EEXIST) {
    return sys_error("cannot create the archive", archive);
  }
  const Fd out(::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!out) return sys_error("cannot create the log", log);
  if (::pipe2(ends, O_CLOEXEC) != 0) return sys_error("cannot create a pipe");
  Fd from(ends[0]), to(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return sys_error("cannot fork");
  Detached result;
  if (child > 0) {
    to.reset();
    result.code = wait_for_start(from.get(), child, log);
    return result;
  }
  ::setsid();
  const Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ::dup2(null.get(), STDIN_FILENO);
  ::dup2(out.get(), STDOUT_FILENO);
  ::dup2(out.get(), STDERR_FILENO);
  result.child = true;
  result.report = std::move(to);
  return result;
}

void report_start(Fd& to, const std::string& id, const std::string& path) {
  const std::string text = "started run " + id + "\nfile: " + path + "\n";
  if (::write(to.get(), text.data(), text.size()) < 0) return;  // nobody waits any more
  to.reset();
}

}  // namespace

int command_run(std::span<const std::string> args) {
  CLI::App parser("Runs a soak: profile in, verdict out", "run");
  std::string profile, archive;
  std::vector<std::string> overrides;
  bool in_background = false;
  parser.add_option("PROFILE", profile, "the profile (TOML)")->required();
  parser.add_option("--set", overrides, "path.to.key=VALUE, overrides the profile")
      ->take_all()
      ->allow_extra_args(false);
  parser.add_option("--archive", archive, "where runs are kept ($SOAKRIG_ARCHIVE, else ./soaks)");
  parser.add_flag("--detach", in_background, "go on in the background; exits 0 once started");
  if (const auto code = parse_command_line(parser, args)) return *code;

  auto ordered = soak_order(profile, overrides, archive);
  if (const int* code = std::get_if<int>(&ordered)) return *code;
  SoakOrder& order = std::get<SoakOrder>(ordered);
  Detached detached;
  if (in_background) {
    auto forked = detach(order.archive);
    if (!forked) {
      fmt::print(stderr, "soakrig: {}\n", forked.error().message());
      return 2;
    }
    detached = std::move(*forked);
    if (!detached.child) return detached.code;
    order.on_started = [&](const std::string& id, const std::string& path) {
      report_start(detached.report, id, path);
    };
  }
  return run_soak(std::move(order));
}

}  // namespace soakrig::app
