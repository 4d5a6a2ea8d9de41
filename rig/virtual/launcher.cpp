// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/launcher.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace soakrig::virtual_bench {
namespace {
namespace fs = std::filesystem;

constexpr auto kLook = std::chrono::milliseconds(20);

Result<std::string> make_folder() {
  const char* base = std::getenv("TMPDIR");
  std::string folder =
      std::string(base != nullptr && *base == '/' ? base : "/tmp") + "/soakrig-virtual-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    return sys_error("cannot make a folder for the virtual bench", folder,
                     "set TMPDIR to a folder that can be written");
  }
  return folder;
}

// The spawn attributes and file actions, freed whatever happens.
struct SpawnSetup {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  SpawnSetup() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
};

// In its own session: a Ctrl-C at the terminal must reach the run, which ends the bench last.
Result<pid_t> spawn(const std::vector<std::string>& words, int standard_input,
                    const std::string& log) {
  SpawnSetup setup;
  ::posix_spawn_file_actions_adddup2(&setup.actions, standard_input, STDIN_FILENO);
  ::posix_spawn_file_actions_addopen(&setup.actions, STDOUT_FILENO, log.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::posix_spawn_file_actions_adddup2(&setup.actions, STDOUT_FILENO, STDERR_FILENO);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  ::posix_spawnattr_setsigmask(&setup.attributes, &none);
  ::posix_spawnattr_setsigdefault(&setup.attributes, &all);
  ::posix_spawnattr_setflags(
      &setup.attributes,
      static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID));
  std::vector<std::string> copy = words;
  std::vector<char*> argv;
  for (std::string& word : copy) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = -1;
  const int failed =
      ::posix_spawn(&pid, argv[0], &setup.actions, &setup.attributes, argv.data(), environ);
  if (failed != 0) {
    errno = failed;
    return sys_error("cannot start the virtual bench", words[0]);
  }
  return pid;
}

std::string last_line(const std::string& file) {
  auto text = read_file(file, 1u << 20);
  if (!text) return {};
  while (!text->empty() && text->back() == '\n') text->pop_back();
  const auto start = text->rfind('\n');
  return start == std::string::npos ? *text : text->substr(start + 1);
}

}  // namespace

struct LaunchedBench::Impl {
  std::string folder;
  Fd keep_alive;  // the write end of the bench's stdin
  pid_t pid = -1;
  BenchInfo info;

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    keep_alive.reset();
    if (pid > 0 && !ended_within(std::chrono::seconds(1))) {
      ::kill(pid, SIGTERM);
      if (!ended_within(std::chrono::seconds(1))) {
        ::kill(pid, SIGKILL);  // its watcher cleans up
        ::waitpid(pid, nullptr, 0);
      }
    }
    std::error_code ignored;
    if (!folder.empty()) fs::remove_all(folder, ignored);
  }

  bool ended() {
    if (pid > 0 && ::waitpid(pid, nullptr, WNOHANG) != 0) pid = -1;
    return pid <= 0;
  }
  bool ended_within(std::chrono::milliseconds most) {
    for (auto waited = std::chrono::milliseconds(0); waited < most; waited += kLook) {
      if (ended()) return true;
      std::this_thread::sleep_for(kLook);
    }
    return ended();
  }
};

LaunchedBench::LaunchedBench(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LaunchedBench::LaunchedBench(LaunchedBench&&) noexcept = default;
LaunchedBench& LaunchedBench::operator=(LaunchedBench&&) noexcept = default;
LaunchedBench::~LaunchedBench() = default;

const BenchInfo& LaunchedBench::info() const { return impl_->info; }
bool LaunchedBench::alive() const { return is_alive(impl_->info.process); }

Result<LaunchedBench> LaunchedBench::launch(const LaunchOptions& options) {
  auto folder = make_folder();
  if (!folder) return folder.error();
  auto impl = std::make_unique<Impl>();
  impl->folder = *folder;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return sys_error("cannot make a pipe");
  const Fd reads(ends[0]);
  impl->keep_alive = Fd(ends[1]);
  const std::string ready = *folder + "/ready.json", log = *folder + "/log";
  std::vector<std::string> words = {
      options.program, "virtual",     "serve",        "--tree", *folder + "/board",
      "--listen",      "127.0.0.1:0", "--ready-file", ready,    "--die-with-stdin"};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  const auto pid = spawn(words, reads.get(), log);
  if (!pid) return pid.error();
  impl->pid = *pid;
  const SystemClock clock;
  const Nanos deadline = clock.boot_ns() + options.timeout;
  for (;;) {
    if (auto info = read_ready_file(ready)) {
      impl->info = std::move(*info);
      return LaunchedBench(std::move(impl));
    }
    if (impl->ended()) {
      return Error{Errc::io, "the virtual bench ended at once: " + last_line(log),
                   "correct its options"};
    }
    if (clock.boot_ns() >= deadline) {
      return Error{Errc::timeout,
                   "the virtual bench was not ready in " + format_duration(options.timeout) + ": " +
                       last_line(log),
                   "is the machine overloaded?"};
    }
    std::this_thread::sleep_for(kLook);
  }
}

}  // namespace soakrig::virtual_bench
