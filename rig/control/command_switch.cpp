// SPDX-License-Identifier: Apache-2.0
#include "rig/control/command_switch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "rig/board/child_process.hpp"

namespace soakrig::control {
namespace {

// The program's name and what it was told, as far as it can be no secret.
std::string name_of(const std::vector<std::string>& argv) {
  return "'" + argv[0].substr(argv[0].rfind('/') + 1) + "'";
}

}  // namespace

struct CommandSwitch::Impl {
  Impl(boost::asio::io_context& io_context, const PowerSpec& s) : io(io_context), spec(s) {}

  void run(const std::vector<std::string>& argv, const instruments::Done& done) {
    auto started = board::ChildProcess::start(
        io, argv,
        {.on_output = {}, .on_exit = [this, argv, done](board::ExitStatus status) {
           // Not from within the process's own handlers: an answer may lead to a new order.
           boost::asio::post(io, [argv, status, done] {
             if (status.signal == 0 && status.code == 0) return done({});
             done(Error{Errc::io, name_of(argv) + " ended with " + status.text(),
                        "try it by hand: it must end with 0"});
           });
         }});
    if (!started) {
      boost::asio::post(io, [done, error = started.error()] { done(error); });
      return;
    }
    command = std::move(*started);  // ends the one before
  }

  boost::asio::io_context& io;
  PowerSpec spec;
  std::unique_ptr<board::ChildProcess> command;
};

CommandSwitch::CommandSwitch(boost::asio::io_context& io, const PowerSpec& spec)
    : impl_(std::make_unique<Impl>(io, spec)) {}
CommandSwitch::~CommandSwitch() = default;

void CommandSwitch::set(int, bool on, instruments::Done done) {
  impl_->run(on ? impl_->spec.on_argv : impl_->spec.off_argv, done);
}

void CommandSwitch::pulse_off(int, double, instruments::Done done) {
  done(Error{Errc::unsupported, "a command has no pulse of its own"});
}

double CommandSwitch::longest_pulse(int) const { return 0; }

bool CommandSwitch::cycle(int, const instruments::Done& done) {
  if (impl_->spec.cycle_argv.empty()) return false;
  impl_->run(impl_->spec.cycle_argv, done);
  return true;
}

}  // namespace soakrig::control
