// SPDX-License-Identifier: Apache-2.0
//
// Starts a program as a contained child: a session and process group of its own, no descriptor but
// its three standard ones (nothing to read unless wanted, two pipes to us), default signals, no
// core file, an environment of a few variables, and death with this process. No shell is ever
// involved.
//
// PDEATHSIG is tied to the thread that forks: call it from the one thread that lives as long as the
// program.
#pragma once

#include <string>
#include <vector>

#include "rig/base/fd.hpp"
#include "rig/base/process_id.hpp"
#include "rig/base/result.hpp"

namespace soakrig {

struct SpawnSpec {
  std::string program;                   // path of the file to execute
  std::vector<std::string> argv;         // at least argv[0]
  std::vector<std::string> environment;  // "NAME=value"
  bool writable = false;                 // its standard input is a pipe from us, else nothing
};

struct Child {
  pid_t pid = 0;  // also its process group and session
  Fd out, err;    // non-blocking read ends
  Fd in;          // where wanted: the non-blocking write end of its standard input
};

// Errc::not_found or Errc::invalid when the program is missing or cannot be executed (sys says
// why), Errc::io when the system has no process or descriptor left.
[[nodiscard]] Result<Child> spawn(const SpawnSpec& spec);

// What a program inherits of this program's environment: PATH, HOME, LANG, LD_LIBRARY_PATH, TMPDIR
// and SOAKRIG_*, where set; LANG and PATH have defaults.
[[nodiscard]] std::vector<std::string> minimal_environment();

// argv[0] without '/' as it is found in PATH; as it is where it is not found, or has a '/'.
[[nodiscard]] std::string find_program(const std::string& argv0);

// argv[0] without '/' lies beside `own_folder`; everything else is taken as it is.
[[nodiscard]] std::string resolve_program(const std::string& argv0, const std::string& own_folder);

// The folder of this program's file; "." when it cannot be read.
[[nodiscard]] std::string own_folder();

}  // namespace soakrig
