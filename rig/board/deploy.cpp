// SPDX-License-Identifier: Apache-2.0
#include "rig/board/deploy.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <deque>
#include <optional>

#include "rig/base/fd.hpp"
#include "rig/base/line_buffer.hpp"
#include "rig/base/time.hpp"
#include "rig/board/board_shell.hpp"
#include "rig/board/child_process.hpp"
#include "rig/board/ssh_command.hpp"

namespace soakrig::board {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kBlock = 256u << 10;
constexpr std::size_t kLongestLine = 4096, kMostLines = 1000, kMostSaid = 8192;
constexpr std::size_t kSumPrefix = 16;
constexpr Nanos kSilence = 30 * kSecond;
constexpr std::uint64_t kSlowestSum = 10u << 20;  // bytes a second, of an old card or core

// What ssh says on its standard error, kept in memory.
class SaidFile {
 public:
  SaidFile() : fd_(::memfd_create("soakrig-ssh", MFD_CLOEXEC)) {}
  [[nodiscard]] std::string path() const {
    return fd_ ? "/proc/self/fd/" + std::to_string(fd_.get()) : std::string();
  }
  [[nodiscard]] std::string text() const {
    std::string out(kMostSaid, '\0');
    const ssize_t n = fd_ ? ::pread(fd_.get(), out.data(), out.size(), 0) : 0;
    out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return out;
  }

 private:
  Fd fd_;
};

}  // namespace

struct Deploy::Impl : std::enable_shared_from_this<Impl> {
  struct Step {
    enum class Kind : std::uint8_t { folder, sum, put, try_it } kind;
    std::string place;
    Cargo cargo = {};
  };

  Impl(asio::io_context& io_context, const BoardAddress& a, Pack p, Done d)
      : io(io_context), address(a), pack(std::move(p)), done(std::move(d)), timer(io_context) {}

  void start() {
    const auto weak = weak_from_this();
    auto started = ChildProcess::start(
        io, ssh_argv(address, shell_command(address.folder)),
        {.on_output =
             [weak](std::string_view bytes) {
               if (const auto self = weak.lock()) self->feed(bytes);
             },
         .on_exit =
             [weak](ExitStatus status) {
               if (const auto self = weak.lock()) self->ended(status);
             },
         .on_written =
             [weak] {
               if (const auto self = weak.lock()) self->send_block();
             }},
        said.path());
    if (!started) return finish(started.error());
    ssh = std::move(*started);
    await(kSilence);
  }

  void await(Nanos most) {
    timer.expires_after(std::chrono::nanoseconds(most));
    timer.async_wait([weak = weak_from_this(), most](const boost::system::error_code& failed) {
      const auto self = weak.lock();
      if (failed || !self || self->over) return;
      self->finish(Error{Errc::timeout,
                         self->address.text() + " gave no answer over ssh for " +
                             format_duration(most),
                         "is the board well, and is its login shell a plain one?"});
    });
  }

  void finish(Result<Deployed> result) {
    if (over) return;
    over = true;
    timer.cancel();
    if (ssh && ssh->running()) ssh->signal(SIGTERM);
    // Not from within the process's own handlers, which go with it.
    asio::post(io, [self = shared_from_this(), result = std::move(result)]() mutable {
      if (!self->gone) self->done(std::move(result));
    });
  }

  void ended(ExitStatus status) {
    if (over) return;
    if (greeted && steps.empty() && !waiting) return finish(std::move(out));
    if (status.code == 255 || !greeted) {
      Error error = ssh_error(address, said.text());
      if (status.code != 255) {
        error.what = address.text() + " does not run a shell for us: " + status.text();
        error.remedy = "the user needs a login shell there; a key may be limited to a command";
      }
      return finish(error);
    }
    finish(Error{Errc::io, "the shell on " + address.text() + " ended early: " + status.text(),
                 "try again, and look at the board's log"});
  }

  void feed(std::string_view bytes) {
    lines.append(bytes);
    while (!over) {
      const auto line = lines.next();
      if (!line) return;
      if (++line_count > kMostLines) {
        return finish(Error{Errc::protocol, address.text() + " floods the deployment with lines",
                            "is its login shell a plain one?"});
      }
      hear(parse_reply(*line));
    }
  }

  void hear(const Reply& reply) {
    if (announced && reply.word == "no") return finish(refusal(out.folder, reply.rest));
    if (!greeted) return greet(reply);
    if (!waiting || reply.word != word_of(waiting->kind)) return;  // a shell's own chatter
    const Step step = *waiting;
    waiting.reset();
    file.reset();
    take(step, reply);
    if (!over) next();
  }

  static std::string_view word_of(Step::Kind kind) {
    switch (kind) {
      case Step::Kind::folder: return "folder";
      case Step::Kind::sum: return "sum";
      case Step::Kind::put: return "put";
      case Step::Kind::try_it: return "try";
    }
    return "";
  }

  // A banner of the login shell may come first.
  void greet(const Reply& reply) {
    if (reply.word == "soakrig-board") announced = true;
    if (!announced) return;
    if (reply.word == "machine") out.machine = reply.rest;
    if (reply.word != "folder") return;
    out.folder = reply.rest;
    if (!out.folder.starts_with('/')) return;  // the refusal is on its way
    greeted = true;
    auto cargo = pack(out.machine);
    if (!cargo) return finish(cargo.error());
    plan(std::move(*cargo));
    next();
  }

  void plan(std::vector<Cargo> cargo) {
    std::string programs = "programs/";
    for (const Cargo& each : cargo) {
      if (!each.program) continue;
      programs += (programs.ends_with('/') ? "" : "-") + each.sha256.substr(0, kSumPrefix);
    }
    steps.push_back({Step::Kind::folder, "run"});
    steps.push_back({Step::Kind::folder, programs});
    if (std::ranges::any_of(cargo, [](const Cargo& c) { return !c.program; })) {
      steps.push_back({Step::Kind::folder, "models"});
    }
    for (const Cargo& each : cargo) {
      const std::string place = each.program ? programs + "/" + each.name : "models/" + each.name;
      out.places[each.name] = out.folder + "/" + place;
      steps.push_back({Step::Kind::sum, place, each});
      if (each.program) steps.push_back({Step::Kind::try_it, place, each});
    }
  }

  void take(const Step& step, const Reply& reply) {
    if (step.kind == Step::Kind::sum && reply.rest != step.cargo.sha256) {
      steps.push_front({Step::Kind::put, step.place, step.cargo});
    }
    if (step.kind == Step::Kind::put) out.sent += step.cargo.bytes;
  }

  void next() {
    if (steps.empty()) {
      ssh->close_input();
      return await(kSilence);
    }
    waiting = std::move(steps.front());
    steps.pop_front();
    const Step& step = *waiting;
    switch (step.kind) {
      case Step::Kind::folder: ssh->write(ask_folder(step.place)); break;
      case Step::Kind::try_it: ssh->write(ask_try(step.place)); break;
      case Step::Kind::sum: ssh->write(ask_sum(step.place)); break;
      case Step::Kind::put:
        file = Fd(::open(step.cargo.file.c_str(), O_RDONLY | O_CLOEXEC));
        if (!file) return finish(sys_error("cannot read", step.cargo.file));
        left = step.cargo.bytes;
        ssh->write(ask_put(step.place, step.cargo.bytes, step.cargo.sha256));
        break;
    }
    await_sum(step);
  }

  void await_sum(const Step& step) {
    await(kSilence + static_cast<Nanos>(step.cargo.bytes / kSlowestSum) * kSecond);
  }

  void send_block() {
    if (over || !file || left == 0) return;
    std::string block(std::min<std::uint64_t>(kBlock, left), '\0');
    const ssize_t n = ::read(file.get(), block.data(), block.size());
    if (n <= 0) {
      if (n < 0 && errno == EINTR) return send_block();
      return finish(Error{Errc::io, "it became shorter while it was sent", "try again",
                          waiting->cargo.file});
    }
    block.resize(static_cast<std::size_t>(n));
    left -= block.size();
    ssh->write(std::move(block));
    await_sum(*waiting);
  }

  asio::io_context& io;
  BoardAddress address;
  Pack pack;
  Done done;
  asio::steady_timer timer;
  SaidFile said;
  LineBuffer lines{kLongestLine};
  std::unique_ptr<ChildProcess> ssh;
  std::deque<Step> steps;
  std::optional<Step> waiting;
  Fd file;
  std::uint64_t left = 0;
  std::size_t line_count = 0;
  Deployed out;
  bool announced = false, greeted = false, over = false, gone = false;
};

Deploy::Deploy(asio::io_context& io, const BoardAddress& address, Pack pack, Done done)
    : impl_(std::make_shared<Impl>(io, address, std::move(pack), std::move(done))) {
  impl_->start();
}

Deploy::~Deploy() {
  impl_->gone = impl_->over = true;
  impl_->timer.cancel();
}

}  // namespace soakrig::board
