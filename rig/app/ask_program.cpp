// SPDX-License-Identifier: Apache-2.0
#include "rig/app/ask_program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "rig/base/fd.hpp"

namespace soakrig::app {
namespace {

constexpr std::size_t kMaxInput = 4096;  // always fits into a pipe: no child can make us wait
constexpr std::size_t kMaxOutput = 1u << 20;

struct Pipe {
  Fd read, write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return sys_error("cannot make a pipe");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

struct FileActions {
  posix_spawn_file_actions_t actions{};
  FileActions() { ::posix_spawn_file_actions_init(&actions); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
};

std::string read_all(const Fd& from) {
  std::string out;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t got = ::read(from.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return out;
    // What is beyond the bound is read and dropped, so that the child can end.
    const std::size_t room = kMaxOutput - out.size();
    out.append(buffer.data(), std::min(static_cast<std::size_t>(got), room));
  }
}

}  // namespace

Result<Answer> ask_program(const std::vector<std::string>& argv, std::string_view input,
                           bool quiet) {
  RIG_ASSERT(!argv.empty() && input.size() <= kMaxInput);
  auto to = make_pipe();
  auto from = make_pipe();
  if (!to) return to.error();
  if (!from) return from.error();
  if (::write(to->write.get(), input.data(), input.size()) != static_cast<ssize_t>(input.size())) {
    return sys_error("cannot write to a pipe");
  }
  to->write.reset();

  FileActions set_up;
  ::posix_spawn_file_actions_adddup2(&set_up.actions, to->read.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&set_up.actions, from->write.get(), STDOUT_FILENO);
  if (quiet) {
    ::posix_spawn_file_actions_addopen(&set_up.actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t child = -1;
  const int failed =
      ::posix_spawnp(&child, words[0], &set_up.actions, nullptr, words.data(), environ);
  if (failed != 0) {
    errno = failed;
    Error error = sys_error("cannot start " + argv[0]);
    if (failed == ENOENT) error.code = Errc::not_found;
    return error;
  }
  from->write.reset();
  Answer answer;
  answer.output = read_all(from->read);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  answer.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return answer;
}

}  // namespace soakrig::app
