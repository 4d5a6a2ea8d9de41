// SPDX-License-Identifier: Apache-2.0
//
// What the outcome of an ssh connection says about the board behind it, and where a ping to it would go. Pure.
#pragma once

#include <string>
#include <string_view>

#include "rig/base/result.hpp"

namespace soakrig::board {

enum class SshAnswer : std::uint8_t {
  works,    // the command ran
  refuses,  // something answers there, but lets nobody in: refused, reset, closed, another key
  silent,   // nobody answers in time, or there is no way there
};

// `code`: ssh's exit code for a command that ends with 0; `said`: its standard error.
[[nodiscard]] SshAnswer ssh_answer(int code, bool timed_out, std::string_view said);

// The last line of it, for people.
[[nodiscard]] std::string last_line(std::string_view said);

// From what `ssh -G` prints: the host that a ping has to reach. Errc::unsupported where it would not
// tell anything: a jump host, a proxy, this machine itself.
[[nodiscard]] Result<std::string> ping_target(std::string_view configuration);

}  // namespace soakrig::board
