// SPDX-License-Identifier: Apache-2.0
//
// The one line in which a command says what went wrong.
#pragma once

#include <cstdio>

#include "rig/base/result.hpp"

namespace soakrig::app {

// Prints "soakrig: FILE:LINE: what; what to do" on stderr and gives `code` back, so that a command
// can `return complain(error, 2)`.
inline int complain(const Error& error, int code) {
  std::fprintf(stderr, "soakrig: %s\n", error.message().c_str());
  return code;
}

}  // namespace soakrig::app
