// SPDX-License-Identifier: Apache-2.0
//
// Keeps the rig's host from suspending while a run goes, by systemd-inhibit where it exists. The
// helper holds the lock until its standard input closes, so however this program ends, the lock
// ends with it. Not having one is no error: servers do not suspend.
#pragma once

#include <memory>

#include "rig/board/child_process.hpp"

namespace soakrig::app {

[[nodiscard]] std::unique_ptr<board::ChildProcess> inhibit_suspend(boost::asio::io_context& io);

}  // namespace soakrig::app
