// SPDX-License-Identifier: Apache-2.0
//
// A serial port of our own: locked against every other master before a single setting is changed,
// since two masters on one line read each other's replies.
#pragma once

#include <string>

#include "rig/base/fd.hpp"
#include "rig/base/result.hpp"
#include "rig/instruments/connect.hpp"

namespace soakrig::instruments {

// Opens `connect.device` raw, 8 bits, at its baud rate, parity and stop bits, without waiting for a
// modem line. The lock (flock, and TIOCEXCL against programs that know no locks) goes with the
// descriptor. A by-id path is resolved anew at each call, so a re-plugged adapter is found again.
// Errc::busy: another program holds it; not_found; invalid: no serial port, or no such baud rate.
[[nodiscard]] Result<Fd> open_serial(const ConnectSpec& connect);

// 3.5 characters of silence, which end a frame; 1.75 ms above 19200 baud, as the standard says.
[[nodiscard]] Nanos frame_gap(const ConnectSpec& connect);

}  // namespace soakrig::instruments
