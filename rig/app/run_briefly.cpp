// SPDX-License-Identifier: Apache-2.0
#include "rig/app/run_briefly.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>

namespace soakrig::app {
namespace {

constexpr std::size_t kMostOutput = 4u << 20;

}  // namespace

Result<BriefAnswer> run_briefly(const std::vector<std::string>& argv, Nanos within) {
  boost::asio::io_context io;
  BriefAnswer answer;
  std::optional<board::ExitStatus> ended;
  const auto child = board::ChildProcess::start(
      io, argv,
      {.on_output =
           [&](std::string_view bytes) {
             const std::size_t room = kMostOutput - std::min(kMostOutput, answer.output.size());
             answer.output.append(bytes.substr(0, room));
           },
       .on_exit = [&](board::ExitStatus status) { ended = status; }});
  if (!child) return child.error();
  (*child)->close_input();
  io.run_for(std::chrono::nanoseconds(within));
  if (!ended) {
    return Error{Errc::timeout, argv[0] + " did not end within " + format_duration(within),
                 "try it by hand"};
  }
  answer.status = *ended;
  return answer;
}

}  // namespace soakrig::app
