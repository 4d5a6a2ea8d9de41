// SPDX-License-Identifier: Apache-2.0
#include "rig/base/result.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace soakrig {

std::string Error::message() const {
  std::string text;
  if (!file.empty()) {
    text += file;
    if (line > 0) text += ":" + std::to_string(line);
    text += ": ";
  }
  text += what;
  if (sys != 0) text += std::string(" (") + std::strerror(sys) + ")";
  if (!remedy.empty()) text += "; " + remedy;
  return text;
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw Fatal(error);
}

Fatal::Fatal(const Error& error, int exit_code)
    : std::runtime_error(error.message()), error_(error), exit_code_(exit_code) {}

Error sys_error(std::string_view what, std::string_view file, std::string_view remedy) {
  const int number = errno;
  Errc code = Errc::io;
  if (number == ENOENT || number == ENOTDIR) code = Errc::not_found;
  if (number == ENOSPC || number == EDQUOT) code = Errc::full;
  if (number == ETIMEDOUT) code = Errc::timeout;
  return Error{code, std::string(what), std::string(remedy), std::string(file), 0, number};
}

void assert_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "soakrig: internal error: %s does not hold at %s:%d; please report this\n",
               condition, file, line);
  std::abort();
}

}  // namespace soakrig
