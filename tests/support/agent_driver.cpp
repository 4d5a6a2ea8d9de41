// SPDX-License-Identifier: Apache-2.0
#include "tests/support/agent_driver.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <map>
#include <stdexcept>
#include <thread>

#include "rig/base/process_id.hpp"

namespace soakrig::test {

using Clock_ = std::chrono::steady_clock;

AgentDriver::AgentDriver(const std::string& program, const std::vector<std::string>& args) {
  std::array<int, 2> down{}, up{};
  if (pipe2(down.data(), O_CLOEXEC) != 0 || pipe2(up.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  std::vector<std::string> argv{program};
  if (args.empty() || args.front() != "attach") argv.emplace_back("--stdio");
  argv.insert(argv.end(), args.begin(), args.end());
  std::vector<char*> pointers;
  for (auto& arg : argv) pointers.push_back(arg.data());
  pointers.push_back(nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("no process");
  if (pid_ == 0) {
    dup2(down[0], 0);
    dup2(up[1], 1);
    execv(pointers[0], pointers.data());
    _exit(127);
  }
  close(down[0]);
  close(up[1]);
  to_agent_ = Fd(down[1]);
  from_agent_ = Fd(up[0]);
}

AgentDriver::~AgentDriver() {
  to_agent_.reset();
  from_agent_.reset();
  if (status_ || wait_exit()) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void AgentDriver::send_raw(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(to_agent_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void AgentDriver::start_script(const std::string& name, const std::string& script, Nanos hang_after,
                               int restarts) {
  WorkloadSpec spec;
  spec.name = name;
  spec.kind = "program";
  spec.argv = {"/bin/sh", "-c", script};
  spec.hang_after = hang_after;
  spec.restart = {restarts, 100 * kMillisecond};
  send(agent::Start{spec});
}

bool AgentDriver::read_some(Clock_::time_point deadline) {
  const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Clock_::now()).count();
  pollfd wait{from_agent_.get(), POLLIN, 0};
  if (!from_agent_ || left <= 0 || poll(&wait, 1, static_cast<int>(left)) <= 0) return false;
  std::array<char, 65536> buffer{};
  const ssize_t n = read(from_agent_.get(), buffer.data(), buffer.size());
  if (n <= 0) return false;
  lines_.append({buffer.data(), static_cast<std::size_t>(n)});
  while (const auto line = lines_.next()) {
    auto message = agent::parse_up(*line);
    if (message) {
      heard_.push_back(std::move(*message));
    } else {
      ++nonsense_;
    }
  }
  return true;
}

std::optional<agent::Up> AgentDriver::wait_for(const std::function<bool(const agent::Up&)>& wanted,
                                               Milliseconds limit) {
  const auto deadline = Clock_::now() + limit;
  do {
    while (looked_at_ < heard_.size()) {
      const auto& message = heard_[looked_at_++];
      if (wanted(message)) return message;
    }
  } while (read_some(deadline));
  return std::nullopt;
}

std::optional<Event> AgentDriver::wait_event(std::string_view kind, Milliseconds limit) {
  const auto found = wait_for(
      [&](const agent::Up& message) {
        const auto* event = std::get_if<agent::EventMessage>(&message);
        return event != nullptr && event->event.kind == kind;
      },
      limit);
  if (!found) return std::nullopt;
  return std::get<agent::EventMessage>(*found).event;
}

void AgentDriver::listen(Milliseconds span) {
  const auto deadline = Clock_::now() + span;
  while (read_some(deadline)) {
  }
}

std::vector<Event> AgentDriver::events(std::string_view kind) const {
  std::vector<Event> out;
  for (const auto& message : heard_) {
    const auto* event = std::get_if<agent::EventMessage>(&message);
    if (event != nullptr && event->event.kind == kind) out.push_back(event->event);
  }
  return out;
}

std::size_t AgentDriver::rows_of(std::string_view source) const {
  std::map<std::uint32_t, bool> wanted;
  std::size_t rows = 0;
  for (const auto& message : heard_) {
    if (const auto* announce = std::get_if<agent::Announce>(&message)) {
      wanted[announce->source] = announce->info.name == source;
    } else if (const auto* batch = std::get_if<agent::BatchMessage>(&message)) {
      if (wanted[batch->batch.source]) rows += batch->batch.rows();
    }
  }
  return rows;
}

std::optional<int> AgentDriver::wait_exit(Milliseconds limit, Reading reading) {
  const auto deadline = Clock_::now() + limit;
  while (!status_) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      status_ = status;
    } else if (Clock_::now() >= deadline) {
      return std::nullopt;
    } else if (from_agent_ && reading == Reading::yes) {
      if (!read_some(std::min(deadline, Clock_::now() + Milliseconds(20)))) {
        std::this_thread::sleep_for(Milliseconds(2));
      }
    } else {
      std::this_thread::sleep_for(Milliseconds(10));
    }
  }
  return status_;
}

bool gone(pid_t pid, std::chrono::milliseconds limit) {
  const auto deadline = Clock_::now() + limit;
  while (process_start_time(pid)) {
    if (Clock_::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace soakrig::test
