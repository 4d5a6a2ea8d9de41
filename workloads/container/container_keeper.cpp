// SPDX-License-Identifier: Apache-2.0
#include "workloads/container/container_keeper.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>

#include "rig/base/container_run.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/spawn.hpp"
#include "workloads/cycle/step_process.hpp"

namespace soakrig::workloads {

namespace {

constexpr Nanos kRuntimeLimit = 20 * kSecond;  // for one call of it
constexpr int kLookEvery = 20;                 // ms
constexpr int kRuntimeFailed = 125;            // says `run` of the runtime itself
constexpr int kFirstSignal = 1, kLastSignal = 64;

// The runtime's tool in our own group, with our own output.
Result<pid_t> start_run(const std::vector<std::string>& argv) {
  const std::string program = find_program(argv[0]);
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) return sys_error("no process for a container", {}, "raise the limit of processes");
  if (pid > 0) return pid;
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // should we be killed: it passes that on to the container
  ::setpgid(0, 0);  // what is sent to us is not for it: it would pass it on to the container
  ::execv(program.c_str(), words.data());
  ::_exit(errno == ENOENT ? 127 : 126);
}

class Keeper {
 public:
  Keeper(ContainerRun run, const KeeperOptions& options)
      : run_(std::move(run)), options_(options) {}

  Result<KeptEnd> live() {
    const auto tool = start_run(with_id_file(options_.argv, run_, options_.id_file));
    if (!tool) return tool.error();
    tool_ = *tool;
    while (!ended()) {
      if (orphaned()) {
        take_away();
        return KeptEnd{0, SIGKILL};
      }
      if (asked()) stop_in_order();
    }
    if (WIFSIGNALED(status_)) {
      take_away();
      return KeptEnd{0, WTERMSIG(status_)};
    }
    const int code = WEXITSTATUS(status_);
    if (code == kRuntimeFailed) take_away();  // else the tool has seen the end, and removed it
    return id() ? kept_end(code) : KeptEnd{code, 0};
  }

 private:
  bool ended() {
    if (!over_) over_ = ::waitpid(tool_, &status_, WNOHANG) == tool_;
    while (over_ && ::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    return over_;
  }

  [[nodiscard]] bool orphaned() const { return ::getppid() != options_.parent; }

  // Waits a moment for a signal.
  static bool asked() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT}) ::sigaddset(&set, signal);
    const timespec moment{0, kLookEvery * 1'000'000};
    return ::sigtimedwait(&set, nullptr, &moment) > 0;
  }

  [[nodiscard]] std::optional<std::string> id() const {
    const auto text = read_file(options_.id_file, 4096);
    if (!text) return std::nullopt;
    const std::string word = text->substr(0, text->find_first_of("\r\n"));
    return is_container_id(word) ? std::optional(word) : std::nullopt;
  }

  void ask_runtime(std::vector<std::string> words) const {
    words.insert(words.begin(), run_.runtime);
    StepProcess call("runtime", words, kRuntimeLimit, clock_);
    while (!call.poll(5 * kMillisecond)) {
    }
  }

  void stop_in_order() {
    if (orphaned()) return;  // by that very death
    const auto container = id();
    if (!container) {  // it is not there yet, and is not to come
      ::kill(tool_, SIGTERM);
      return;
    }
    ask_runtime({"stop", "-t", std::to_string(kContainerGrace / kSecond), *container});
  }

  // Whatever is left of it. Where it has gone by itself the runtime says so, and nobody listens.
  void take_away() {
    if (const auto container = id()) {
      ask_runtime({"kill", *container});
      ask_runtime({"rm", "-f", *container});
    }
    if (over_) return;
    ::kill(tool_, SIGKILL);
    ::waitpid(tool_, &status_, 0);
    over_ = true;
  }

  ContainerRun run_;
  const KeeperOptions& options_;
  const SystemClock clock_;
  pid_t tool_ = 0;
  int status_ = 0;
  bool over_ = false;
};

}  // namespace

std::vector<std::string> keeper_argv(const std::string& program, const KeeperOptions& options) {
  std::vector<std::string> out{program, std::string(kKeeperVerb), options.id_file,
                               std::to_string(options.parent)};
  out.insert(out.end(), options.argv.begin(), options.argv.end());
  return out;
}

Result<KeeperOptions> parse_keeper_argv(const std::vector<std::string>& argv) {
  KeeperOptions out;
  const bool long_enough = argv.size() > 4;
  const std::string parent = long_enough ? argv[3] : "";
  const auto [end, failed] =
      std::from_chars(parent.data(), parent.data() + parent.size(), out.parent);
  if (!long_enough || argv[1] != kKeeperVerb || failed != std::errc() ||
      end != parent.data() + parent.size() || out.parent <= 0) {
    return Error{Errc::invalid, "usage: keep-container ID_FILE PARENT_PID ARGV…",
                 "a workload calls it for the container that it starts"};
  }
  out.id_file = argv[2];
  out.argv.assign(argv.begin() + 4, argv.end());
  return out;
}

KeptEnd kept_end(int code) {
  const int signal = code - 128;
  if (signal >= kFirstSignal && signal <= kLastSignal) return {0, signal};
  return {code, 0};
}

Result<KeptEnd> keep_container(const KeeperOptions& options) {
  auto run = container_run(options.argv);
  if (!run) return run.error();
  if (!*run) {
    return Error{Errc::invalid, "no container's command", "write docker run … or podman run …"};
  }
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT}) ::sigaddset(&set, signal);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  // The workload's death is to be heard, not shared; the runtime's monitor, which leaves its
  // parent, stays below us.
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (::getppid() != options.parent) return KeptEnd{0, SIGKILL};
  return Keeper(std::move(**run), options).live();
}

}  // namespace soakrig::workloads
