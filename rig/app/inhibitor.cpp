// SPDX-License-Identifier: Apache-2.0
#include "rig/app/inhibitor.hpp"

namespace soakrig::app {

std::unique_ptr<board::ChildProcess> inhibit_suspend(boost::asio::io_context& io) {
  auto child = board::ChildProcess::start(
      io,
      {"systemd-inhibit", "--what=sleep:idle", "--who=soakrig", "--why=a soak is running",
       "--mode=block", "cat"},
      {}, "/dev/null");
  return child ? std::move(*child) : nullptr;
}

}  // namespace soakrig::app
