// SPDX-License-Identifier: Apache-2.0
#include "workloads/cycle/step_process.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace soakrig::workloads {

namespace {

constexpr std::size_t kMostKept = 200;  // bytes of a line

std::string shortened(const std::string& line) {
  std::string out = line.substr(0, kMostKept);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return out;
}

}  // namespace

StepProcess::StepProcess(std::string step, const std::vector<std::string>& argv, Nanos timeout,
                         const Clock& clock, StepLines lines)
    : clock_(clock),
      lines_(std::move(lines)),
      longest_(std::max(lines_.longest, kMostKept)),
      timeout_(timeout),
      started_(clock.boot_ns()) {
  result_.step = std::move(step);
  std::vector<std::string> environment = lines_.environment;
  for (std::string& entry : minimal_environment()) {
    const std::string name = entry.substr(0, entry.find('=') + 1);
    const bool given = std::ranges::any_of(
        lines_.environment, [&](const std::string& own) { return own.starts_with(name); });
    if (!given) environment.push_back(std::move(entry));
  }
  auto child = spawn({find_program(argv.front()), argv, std::move(environment)});
  if (child) {
    child_ = std::move(*child);
  } else {
    result_.error = child.error().message();
    over_ = true;
  }
}

StepProcess::~StepProcess() {
  if (child_.pid <= 0) return;
  ::kill(-child_.pid, SIGKILL);
  if (!over_) ::waitpid(child_.pid, nullptr, 0);
}

void StepProcess::take_line(const std::string& line, bool counts) {
  if (lines_.on_line) lines_.on_line(line, counts);
  if (counts) {
    if (result_.lines++ == 0) result_.first_line = shortened(line);
  }
  if (!line.empty()) result_.last_words = shortened(line);
}

void StepProcess::read(const Fd& from, std::string& partial, bool counts) {
  std::array<char, 4096> buffer;
  for (int rounds = 0; rounds < 64; ++rounds) {  // one that never stops printing waits its turn
    const ssize_t got = ::read(from.get(), buffer.data(), buffer.size());
    if (got <= 0) return;
    for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(got))) {
      if (c == '\n') {
        take_line(partial, counts);
        partial.clear();
      } else if (partial.size() < longest_) {
        partial += c;
      }
    }
  }
}

bool StepProcess::reap() {
  int status = 0;
  if (::waitpid(child_.pid, &status, WNOHANG) != child_.pid) return false;
  read(child_.out, out_, true);
  read(child_.err, err_, false);
  if (!out_.empty()) take_line(out_, true);
  if (!err_.empty()) take_line(err_, false);
  if (WIFEXITED(status)) result_.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
  result_.took_s = to_seconds(age());
  // What it left behind does not go on beside the next step.
  ::kill(-child_.pid, SIGKILL);
  return true;
}

bool StepProcess::poll(Nanos wait) {
  if (over_) return true;
  std::array<pollfd, 2> fds{pollfd{child_.out.get(), POLLIN, 0},
                            pollfd{child_.err.get(), POLLIN, 0}};
  const Nanos bounded = std::clamp<Nanos>(wait, 0, 5 * kMillisecond);
  ::poll(fds.data(), fds.size(), static_cast<int>(bounded / kMillisecond));
  read(child_.out, out_, true);
  read(child_.err, err_, false);
  if (!result_.killed && !result_.timed_out && age() > timeout_) {
    result_.timed_out = true;
    ::kill(-child_.pid, SIGKILL);
  }
  over_ = reap();
  // A closed pipe is always ready: without this a step that shut its output would be spun on.
  if (!over_ && ((fds[0].revents & POLLHUP) != 0 || (fds[1].revents & POLLHUP) != 0)) {
    ::poll(nullptr, 0, 1);
  }
  return over_;
}

void StepProcess::terminate() {
  if (!over_) ::kill(-child_.pid, SIGTERM);
}

void StepProcess::kill() {
  if (over_) return;
  result_.killed = true;
  ::kill(-child_.pid, SIGKILL);
}

}  // namespace soakrig::workloads
