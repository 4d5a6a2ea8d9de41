// SPDX-License-Identifier: Apache-2.0
//
// Where a question in JSON is answered in JSON: a server, a server that this program starts and
// ends, or a program that reads a line and writes one. One question at a time, each with a
// deadline.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::app {

class JsonPort {
 public:
  virtual ~JsonPort() = default;
  // POSTs `body` below the server's address; a program gets the body alone. A reply is bounded in
  // time and size; anything but HTTP 200 is an error.
  [[nodiscard]] virtual Result<std::string> ask(const std::string& path,
                                                const std::string& body) = 0;
};

// "http://HOST:PORT[/PATH]".
[[nodiscard]] Result<std::unique_ptr<JsonPort>> http_port(const std::string& url, Nanos timeout);

inline constexpr std::string_view kPortWord = "{port}";

// argv with kPortWord in a word: a server that gets a free port of the loopback there, and that is
// waited for until it answers `path` with `body`. Without: a program that is asked by a line on its
// standard input and answers by a line on its standard output, at `path` alone. Either ends with
// the value, its process group with it. No shell.
[[nodiscard]] Result<std::unique_ptr<JsonPort>> program_port(std::vector<std::string> argv,
                                                             const std::string& path,
                                                             const std::string& body,
                                                             Nanos timeout);

}  // namespace soakrig::app
