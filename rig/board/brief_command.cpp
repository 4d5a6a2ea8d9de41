// SPDX-License-Identifier: Apache-2.0
#include "rig/board/brief_command.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "rig/base/fd.hpp"

namespace soakrig::board {

struct BriefCommand::Impl : std::enable_shared_from_this<Impl> {
  Impl(boost::asio::io_context& io_context, Done d)
      : io(io_context), done(std::move(d)), timer(io_context),
        err(::memfd_create("soakrig-said", MFD_CLOEXEC)) {}

  void start(const std::vector<std::string>& argv, Nanos within) {
    const auto weak = weak_from_this();
    auto started = ChildProcess::start(
        io, argv,
        {.on_output =
             [weak](std::string_view bytes) {
               if (const auto self = weak.lock()) self->take(bytes);
             },
         .on_exit =
             [weak](ExitStatus status) {
               if (const auto self = weak.lock()) self->finish(status);
             }},
        err ? "/proc/self/fd/" + std::to_string(err.get()) : std::string());
    if (!started) return report(started.error());
    child = std::move(*started);
    child->close_input();
    timer.expires_after(std::chrono::nanoseconds(within));
    timer.async_wait([weak](const boost::system::error_code& failed) {
      const auto self = weak.lock();
      if (failed || !self || self->over) return;
      self->out.timed_out = true;
      self->child->signal(SIGKILL);
    });
  }

  void take(std::string_view bytes) {
    out.out.append(bytes.substr(0, kMostOut - std::min(kMostOut, out.out.size())));
  }

  void finish(ExitStatus status) {
    out.status = status;
    out.err.resize(kMostErr);
    const ssize_t n = err ? ::pread(err.get(), out.err.data(), out.err.size(), 0) : 0;
    out.err.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    report(std::move(out));
  }

  // Not from within the process's own handlers, which go with it.
  void report(Result<BriefOutput> result) {
    if (std::exchange(over, true)) return;
    timer.cancel();
    boost::asio::post(io, [weak = weak_from_this(), result = std::move(result)]() mutable {
      const auto self = weak.lock();
      if (self && self->done) std::exchange(self->done, nullptr)(std::move(result));
    });
  }

  boost::asio::io_context& io;
  Done done;
  boost::asio::steady_timer timer;
  Fd err;
  std::unique_ptr<ChildProcess> child;
  BriefOutput out;
  bool over = false;
};

BriefCommand::BriefCommand(boost::asio::io_context& io, const std::vector<std::string>& argv,
                           Nanos within, Done done)
    : impl_(std::make_shared<Impl>(io, std::move(done))) {
  impl_->start(argv, within);
}

BriefCommand::~BriefCommand() {
  impl_->over = true;
  impl_->done = nullptr;
  impl_->timer.cancel();
}

}  // namespace soakrig::board
