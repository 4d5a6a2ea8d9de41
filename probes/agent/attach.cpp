// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/attach.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "probes/agent/door.hpp"
#include "probes/agent/pid_file.hpp"
#include "probes/agent/state_dir.hpp"
#include "rig/base/agent_protocol.hpp"

namespace soakrig::agent {

namespace {

constexpr Nanos kThereWithin = 15 * kSecond;  // an agent that was started; one that is ending
constexpr Nanos kStopWithin = 8 * kSecond;    // workloads' grace and a little more
constexpr int kLookMs = 20;
constexpr std::size_t kLogTail = 2000;

// The agent, in a session of its own. Its standard error goes to the log.
Result<pid_t> start_agent(const Options& options, const StateDir& state) {
  std::vector<std::string> args = serve_args(options);
  args.insert(args.begin(), "soakrig-agent");
  std::vector<char*> argv;
  for (std::string& each : args) argv.push_back(each.data());
  argv.push_back(nullptr);
  const Fd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const Fd log(::open(state.log_path().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!nothing || !log) return sys_error("cannot open the agent's log", state.log_path());
  const pid_t pid = ::fork();
  if (pid < 0) return sys_error("no process for the agent");
  if (pid > 0) return pid;
  ::setsid();
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGHUP, SIG_DFL);
  ::signal(SIGQUIT, SIG_DFL);
  ::signal(SIGPIPE, SIG_DFL);
  ::dup2(nothing.get(), 0);
  ::dup2(nothing.get(), 1);
  ::dup2(log.get(), 2);
  ::close_range(3, ~0U, 0);  // nothing of whoever started the bridge is held open
  ::execv("/proc/self/exe", argv.data());
  ::_exit(127);
}

std::string last_words(const StateDir& state) {
  auto log = read_file(state.log_path());
  if (!log) return "it left no log";
  if (log->size() > kLogTail) log->erase(0, log->size() - kLogTail);
  while (!log->empty() && log->back() == '\n') log->pop_back();
  const auto newline = log->rfind('\n');
  return newline == std::string::npos ? *log : log->substr(newline + 1);
}

// An agent of this run that was started for something else, such as a tree that is gone.
Result<void> end_unlike(const Options& options, const StateDir& state, const Clock& clock) {
  const auto owner = state.owner();
  if (!owner || !is_alive(owner->process) || owner->setup == setup_of(options)) return {};
  if (owner->setup.starts_with("run " + options.run + ",")) {
    return stop_agent(state.pid_path(), kStopWithin, clock);
  }
  return Error{Errc::busy, "an agent is there already, for another: " + owner->setup,
               "end it: soakrig-agent --stop " + state.pid_path()};
}

Result<Fd> reach_agent(const Options& options, const StateDir& state, const Clock& clock) {
  if (auto ended = end_unlike(options, state, clock); !ended) return ended.error();
  const Nanos begin = clock.boot_ns();
  pid_t started = -1;
  do {
    auto link = state.connect();
    if (link || link.error().code != Errc::not_found) return link;
    int status = 0;
    if (started > 0 && ::waitpid(started, &status, WNOHANG) == started) {
      const auto free = state.lock();
      if (!free && free.error().code == Errc::busy) {  // another bridge was quicker
        started = -1;
        continue;
      }
      return Error{Errc::io, "the agent did not start: " + last_words(state), "see its log",
                   state.log_path()};
    }
    // Not while one is about to end or to listen.
    if (started < 0 && state.lock()) {
      auto pid = start_agent(options, state);
      if (!pid) return pid.error();
      started = *pid;
    }
    ::poll(nullptr, 0, kLookMs);
  } while (clock.boot_ns() - begin < kThereWithin);
  return Error{Errc::timeout, "the agent does not listen: " + last_words(state), "see its log",
               state.log_path()};
}

// One direction, with a bound: what the far end does not take is not read from the near end.
struct Direction {
  int from, to;
  std::string held = {};
  bool open = true;  // more may come

  [[nodiscard]] bool wants_read() const { return open && held.empty(); }
  // False when the far end is gone.
  bool move(short readable, short writable) {
    if (wants_read() && readable != 0) {
      std::array<char, 64 * 1024> buffer;
      const ssize_t n = ::read(from, buffer.data(), buffer.size());
      if (n > 0) held.assign(buffer.data(), static_cast<std::size_t>(n));
      if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) open = false;
    }
    if (held.empty() || (writable == 0 && readable == 0)) return true;
    const ssize_t n = ::write(to, held.data(), held.size());
    if (n > 0) held.erase(0, static_cast<std::size_t>(n));
    return n >= 0 || errno == EINTR || errno == EAGAIN;
  }
};

void join(int in, int out, int agent) {
  for (const int fd : {in, out, agent}) ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  Direction down{in, agent}, up{agent, out};
  // When the controller is gone nobody reads; when the agent is gone its last words are passed on.
  while (down.open && (up.open || !up.held.empty())) {
    const auto events = [](bool reads, bool writes) {
      return static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
    };
    std::array<pollfd, 3> polled{{{in, events(down.wants_read(), false), 0},
                                  {out, events(false, !up.held.empty()), 0},
                                  {agent, events(up.wants_read(), !down.held.empty()), 0}}};
    // One that is not asked anything would still answer that it hung up, again and again.
    if (polled[0].events == 0) polled[0].fd = -1;
    if (polled[2].events == 0) polled[2].fd = -1;
    if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
    if ((polled[1].revents & (POLLERR | POLLNVAL)) != 0) return;
    if (!down.move(polled[0].revents, polled[2].revents)) down.held.clear();
    if (!up.move(polled[2].revents, polled[1].revents)) return;
  }
}

}  // namespace

Result<void> run_attach(const Options& options, const Clock& clock, int in, int out) {
  // Ctrl-C at a terminal is the controller's to carry out, in order.
  for (const int signal : {SIGINT, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(signal, SIG_IGN);
  const auto said = [out](const Error& error) {
    const std::string line = encode(Up{Refused{error.what, error.remedy}});
    if (::write(out, line.data(), line.size()) < 0) errno = 0;
    return error;
  };
  auto state = StateDir::open(options.state);
  if (!state) return said(state.error());
  auto link = reach_agent(options, *state, clock);
  if (!link) return said(link.error());
  join(in, out, link->get());
  return {};
}

}  // namespace soakrig::agent
