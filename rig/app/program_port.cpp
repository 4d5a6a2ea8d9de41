// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "rig/app/json_port.hpp"
#include "rig/base/line_buffer.hpp"
#include "rig/base/spawn.hpp"
#include "workloads/cycle/step_process.hpp"

namespace soakrig::app {

namespace {

using workloads::StepProcess;

constexpr Nanos kReadyWithin = 5 * kMinute;  // a large model from a slow disk
constexpr Nanos kAskAgain = 100 * kMillisecond;
constexpr Nanos kForEver = INT64_MAX / 2;
constexpr std::size_t kMostReply = 8u << 20;
constexpr std::size_t kTail = 400;  // bytes kept of what a program complains about

Error ended(const std::string& program, const std::string& last_words) {
  return {Errc::io, "it ended" + (last_words.empty() ? std::string() : ": " + last_words),
          "start it by hand and mend what it says", program};
}

// One that nobody listens on now. Somebody may take it before the server does; then that ends.
Result<std::string> free_port() {
  const Fd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  auto* address = reinterpret_cast<sockaddr*>(&at);
  if (!probe || ::bind(probe.get(), address, size) != 0 ||
      ::getsockname(probe.get(), address, &size) != 0) {
    return sys_error("no free port for a server", {}, "see what takes the ports of the loopback");
  }
  return std::to_string(ntohs(at.sin_port));
}

class StartedServer final : public JsonPort {
 public:
  StartedServer(const std::vector<std::string>& argv, std::unique_ptr<JsonPort> port)
      : program_(argv.front()),
        process_("server", argv, kForEver, clock_),
        port_(std::move(port)) {}

  Result<void> wait_until_ready(const std::string& path, const std::string& body) {
    for (;;) {
      const auto answer = ask(path, body);
      if (answer) return {};
      const Nanos until = clock_.boot_ns() + kAskAgain;
      while (clock_.boot_ns() < until) {
        if (process_.poll(kAskAgain)) return gone();
      }
      if (process_.age() > kReadyWithin) return answer.error();
    }
  }

  Result<std::string> ask(const std::string& path, const std::string& body) override {
    // What it prints is read, or it would wait for us in the end.
    if (process_.poll(0)) return gone();
    auto answer = port_->ask(path, body);
    if (!answer && process_.poll(0)) return gone();
    return answer;
  }

 private:
  Error gone() const {
    const auto& result = process_.result();
    return ended(program_, result.error.empty() ? result.last_words : result.error);
  }

  std::string program_;
  SystemClock clock_;
  StepProcess process_;
  std::unique_ptr<JsonPort> port_;
};

class LineProgram final : public JsonPort {
 public:
  // It answers what is asked at `path`, and is asked nothing else.
  LineProgram(std::string program, Child child, std::string path, Nanos timeout)
      : program_(std::move(program)),
        path_(std::move(path)),
        child_(std::move(child)),
        timeout_(timeout) {}
  ~LineProgram() override {
    ::kill(-child_.pid, SIGKILL);
    ::waitpid(child_.pid, nullptr, 0);
  }
  LineProgram(const LineProgram&) = delete;
  LineProgram& operator=(const LineProgram&) = delete;

  Result<std::string> ask(const std::string& path, const std::string& body) override {
    if (path != path_) return Error{Errc::unsupported, "it is not asked " + path, "", program_};
    const std::string line = body + "\n";
    std::string_view left = line;
    const Nanos until = clock_.boot_ns() + timeout_;
    while (clock_.boot_ns() < until) {
      if (left.empty()) {
        if (const auto answer = lines_.next()) return std::string(*answer);
      }
      if (lines_.overlong() > 0) {
        return Error{Errc::full, "its answer is too long", "answer with one line of JSON",
                     program_};
      }
      std::array<pollfd, 3> fds{pollfd{child_.out.get(), POLLIN, 0},
                                pollfd{child_.err.get(), POLLIN, 0},
                                pollfd{left.empty() ? -1 : child_.in.get(), POLLOUT, 0}};
      const Nanos wait = std::clamp<Nanos>(until - clock_.boot_ns(), 0, kSecond);
      ::poll(fds.data(), fds.size(), static_cast<int>(wait / kMillisecond) + 1);
      if (!take(child_.err, last_words_)) child_.err.reset();
      if (last_words_.size() > kTail) last_words_.erase(0, last_words_.size() - kTail);
      std::string said;
      const bool open = take(child_.out, said);
      lines_.append(said);
      if (!open) {
        if (const auto answer = lines_.next()) return std::string(*answer);
        return gone();
      }
      if (fds[2].revents != 0) {
        const ssize_t sent = ::write(child_.in.get(), left.data(), left.size());
        if (sent < 0 && errno == EPIPE) return gone();
        if (sent > 0) left.remove_prefix(static_cast<std::size_t>(sent));
      }
    }
    return Error{Errc::timeout,
                 "no answer within " + std::to_string(timeout_ / kMillisecond) + " ms",
                 "raise --timeout", program_};
  }

 private:
  // False at its end.
  static bool take(const Fd& from, std::string& into) {
    if (!from) return false;
    std::array<char, 64 * 1024> buffer;
    const ssize_t got = ::read(from.get(), buffer.data(), buffer.size());
    if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
  }
  Error gone() {
    take(child_.err, last_words_);  // what it said last may have come since
    return ended(program_, last_line());
  }
  std::string last_line() const {
    std::string_view text = last_words_;
    while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    text = text.substr(text.rfind('\n') + 1);  // npos + 1 = 0
    return std::string(text);
  }

  std::string program_, path_;
  Child child_;
  Nanos timeout_;
  SystemClock clock_;
  LineBuffer lines_{kMostReply};
  std::string last_words_;
};

}  // namespace

Result<std::unique_ptr<JsonPort>> program_port(std::vector<std::string> argv,
                                               const std::string& path, const std::string& body,
                                               Nanos timeout) {
  RIG_ASSERT(!argv.empty());
  std::string port;
  for (std::string& word : argv) {
    const std::size_t at = word.find(kPortWord);
    if (at == std::string::npos) continue;
    if (port.empty()) {
      auto found = free_port();
      if (!found) return found.error();
      port = std::move(*found);
    }
    word.replace(at, kPortWord.size(), port);
  }
  if (port.empty()) {
    ::signal(SIGPIPE, SIG_IGN);  // a program that closes its input is an error, not our end
    auto child = spawn({find_program(argv.front()), argv, minimal_environment(), true});
    if (!child) return child.error();
    return std::unique_ptr<JsonPort>(
        std::make_unique<LineProgram>(argv.front(), std::move(*child), path, timeout));
  }
  auto http = http_port("http://127.0.0.1:" + port, timeout);
  if (!http) return http.error();
  auto server = std::make_unique<StartedServer>(argv, std::move(*http));
  if (auto ready = server->wait_until_ready(path, body); !ready) return ready.error();
  return std::unique_ptr<JsonPort>(std::move(server));
}

}  // namespace soakrig::app
