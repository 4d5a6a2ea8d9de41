// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/guard/board_commands.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace soakrig::guard {
namespace {

constexpr Nanos kAgain = kSecond;  // between two attempts

}  // namespace

BoardCommands::BoardCommands(std::string what, const std::vector<BoardCommand>& boards,
                             const Clock& clock)
    : what_(std::move(what)), boards_(boards), clock_(clock), attempts_(boards.size()) {}

bool BoardCommands::attend() {
  for (std::size_t i = 0; i < boards_.size(); ++i) {
    Attempt& a = attempts_[i];
    if (a.done) continue;
    if (a.pid > 0) look(i);
    const bool due = a.started == 0 || clock_.boot_ns() - a.started >= kAgain;
    if (!a.done && a.pid <= 0 && due) start(i);
  }
  return std::ranges::all_of(attempts_, &Attempt::done);
}

void BoardCommands::settle(const std::string& board) {
  for (std::size_t i = 0; i < boards_.size(); ++i) {
    Attempt& a = attempts_[i];
    if (a.done || boards_[i].board != board) continue;
    if (a.pid > 0) {
      ::kill(a.pid, SIGKILL);
      ::waitpid(a.pid, nullptr, 0);
    }
    a = {.done = true, .error = {}};
  }
}

bool BoardCommands::done(const std::string& board) const {
  for (std::size_t i = 0; i < boards_.size(); ++i) {
    if (boards_[i].board == board) return attempts_[i].done;
  }
  return false;
}

void BoardCommands::start(std::size_t board) {
  Attempt& a = attempts_[board];
  a.started = clock_.boot_ns();
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setflags(&attributes,
                             static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  std::vector<std::string> words = boards_[board].argv;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int failed =
      ::posix_spawn(&a.pid, argv[0], &actions, &attributes, argv.data(), environ);
  if (failed != 0) {
    a.pid = -1;
    a.error = "cannot start " + words[0] + ": " + std::strerror(failed);
  } else {
    a.error = "still at work";
  }
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
}

void BoardCommands::look(std::size_t board) {
  Attempt& a = attempts_[board];
  int status = 0;
  if (::waitpid(a.pid, &status, WNOHANG) == 0) {
    if (clock_.boot_ns() - a.started > kLongest) ::kill(a.pid, SIGKILL);
    return;
  }
  a.pid = -1;
  a.done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (a.done) {
    a.error.clear();
  } else if (WIFSIGNALED(status)) {
    a.error = "ended by signal " + std::to_string(WTERMSIG(status));
  } else {
    a.error = "exit code " + std::to_string(WEXITSTATUS(status));
  }
}

std::vector<StepState> BoardCommands::states() const {
  std::vector<StepState> out;
  for (std::size_t i = 0; i < boards_.size(); ++i) {
    out.push_back({what_ + ": " + boards_[i].board, attempts_[i].done, attempts_[i].error});
  }
  return out;
}

}  // namespace soakrig::guard
