// SPDX-License-Identifier: Apache-2.0
#include "rig/board/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/asio/write.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/stdio.hpp>
#include <cstdlib>
#include <deque>
#include <optional>

#include "rig/base/fd.hpp"

namespace soakrig::board {

namespace asio = boost::asio;
namespace bp = boost::process::v2;

namespace {

// Boost's own search would need its filesystem library linked.
std::string find_in_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/bin:/bin";
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    const std::string candidate = std::string(rest.substr(0, colon)) + "/" + program;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
  }
  return {};
}

// A process group of its own: Ctrl-C in the terminal is meant for this process, which ends its children
// in order; an ssh that took it would cut the link first.
struct OwnGroup {
  template <class Launcher, class Path, class Words>
  boost::system::error_code on_exec_setup(Launcher&, const Path&, Words&) const {
    ::setpgid(0, 0);
    return {};
  }
};

}  // namespace

std::string ExitStatus::text() const {
  return signal != 0 ? "signal " + std::to_string(signal) : "exit code " + std::to_string(code);
}

// Kept alive by its own pending operations; the handlers are cut off when the owner goes.
struct ChildProcess::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& io, Handlers h) : input(io), output(io), handlers(std::move(h)) {}

  void read() {
    if (paused || reading || !output.is_open()) return;
    reading = true;
    output.async_read_some(asio::buffer(buffer), [self = shared_from_this()](
                                                     boost::system::error_code failed,
                                                     std::size_t n) {
      self->reading = false;
      if (failed) {
        self->output_ended = true;
        self->report_exit();
        return;
      }
      if (self->handlers.on_output) {
        self->handlers.on_output(std::string_view(self->buffer.data(), n));
      }
      self->read();
    });
  }

  void send() {
    if (sending || queue.empty() || !input.is_open()) return;
    sending = true;
    asio::async_write(input, asio::buffer(queue.front()),
                      [self = shared_from_this()](boost::system::error_code failed, std::size_t) {
                        self->sending = false;
                        self->queued -= self->queue.front().size();
                        self->queue.pop_front();
                        if (failed) {
                          self->queue.clear();
                          self->queued = 0;
                          self->close_input();
                          return;
                        }
                        if (self->queue.empty() && self->close_when_sent) self->close_input();
                        self->send();
                        if (self->queue.empty() && self->handlers.on_written) {
                          self->handlers.on_written();
                        }
                      });
  }

  void close_input() {
    boost::system::error_code ignored;
    if (input.is_open()) input.close(ignored);
  }

  void wait_for_exit() {
    process->async_wait([self = shared_from_this()](boost::system::error_code failed, int) {
      if (failed) return;  // the owner went away and has reaped it
      const int status = self->process->native_exit_code();
      ExitStatus ended;
      if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
      if (WIFEXITED(status)) ended.code = WEXITSTATUS(status);
      self->exit = ended;
      // What a grandchild holds open must not keep the exit from being seen.
      if (!self->reading) self->output_ended = true;
      self->report_exit();
    });
  }

  void report_exit() {
    if (!exit || !output_ended || reported) return;
    reported = true;
    if (handlers.on_exit) handlers.on_exit(*exit);
  }

  asio::writable_pipe input;
  asio::readable_pipe output;
  Handlers handlers;
  std::optional<bp::process> process;
  ProcessId id;
  std::array<char, 65536> buffer{};
  std::deque<std::string> queue;
  std::size_t queued = 0;
  std::optional<ExitStatus> exit;
  bool paused = false, reading = false, sending = false, close_when_sent = false;
  bool output_ended = false, reported = false, let_go = false;
};

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(asio::io_context& io,
                                                          const std::vector<std::string>& argv,
                                                          Handlers handlers,
                                                          const std::string& stderr_path) {
  RIG_ASSERT(!argv.empty());
  ::signal(SIGPIPE, SIG_IGN);  // a child that closes its input is an error code, not our end
  std::string program = argv[0];
  if (program.find('/') == std::string::npos) {
    program = find_in_path(program);
    if (program.empty()) {
      return Error{Errc::not_found, "no program '" + argv[0] + "' in PATH", "install it"};
    }
  }
  auto impl = std::make_shared<Impl>(io, std::move(handlers));
  Fd errors;
  if (!stderr_path.empty()) {
    errors = Fd(::open(stderr_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!errors) return sys_error("cannot open", stderr_path);
  }
  try {
    bp::process_stdio stdio{impl->input, impl->output, {}};
    if (errors) stdio.err.fd = errors.get();
    impl->process.emplace(io, program, std::vector<std::string>(argv.begin() + 1, argv.end()),
                          std::move(stdio), OwnGroup());
  } catch (const boost::system::system_error& failed) {
    return Error{Errc::io, "cannot start: " + std::string(failed.code().message()),
                 "check that it exists and may be executed", program};
  }
  impl->id.pid = impl->process->id();
  impl->id.start_time = process_start_time(impl->id.pid).value_or(0);
  impl->id.boot_id = current_boot_id();
  impl->wait_for_exit();
  impl->read();
  return std::unique_ptr<ChildProcess>(new ChildProcess(std::move(impl)));
}

ChildProcess::ChildProcess(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

ChildProcess::~ChildProcess() {
  impl_->handlers = {};
  impl_->close_input();
  boost::system::error_code ignored;
  if (impl_->output.is_open()) impl_->output.close(ignored);
  if (running() && impl_->let_go) {
    impl_->process->detach();
  } else if (running()) {
    impl_->process->terminate(ignored);
    impl_->process->wait(ignored);
  }
}

bool ChildProcess::write(std::string bytes) {
  if (!running() || impl_->queued + bytes.size() > kMaxQueued) return false;
  impl_->queued += bytes.size();
  impl_->queue.push_back(std::move(bytes));
  impl_->send();
  return true;
}

void ChildProcess::close_input() {
  impl_->close_when_sent = true;
  if (impl_->queue.empty()) impl_->close_input();
}

void ChildProcess::pause_output(bool paused) {
  impl_->paused = paused;
  impl_->read();
}

void ChildProcess::let_go() { impl_->let_go = true; }
void ChildProcess::signal(int number) { signal_process(impl_->id, number); }
bool ChildProcess::running() const { return !impl_->exit.has_value(); }
ProcessId ChildProcess::id() const { return impl_->id; }

}  // namespace soakrig::board
