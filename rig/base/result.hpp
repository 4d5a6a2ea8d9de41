// SPDX-License-Identifier: Apache-2.0
//
// How an expected failure travels: Result<T> carries a value or an Error. Bugs assert (RIG_ASSERT),
// a start that cannot go on throws Fatal to main, and a verdict is data (verdict.hpp).
// An Error names what went wrong, where (file and line of the *input*, not of our code), and what
// the user can do about it; message() is the one line that every program prints.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace soakrig {

enum class Errc {
  invalid,      // input that breaks its format or a rule
  not_found,    // the thing named does not exist
  io,           // the operating system refused or failed
  timeout,      // a deadline passed
  protocol,     // a peer spoke nonsense
  unsupported,  // valid, but newer or other than what this build handles
  full,         // no space, or a bound was reached
  busy,         // somebody else owns it
  corrupt,      // stored bytes do not match their checksum or structure
  cancelled,    // asked to stop
};

struct Error {
  Errc code = Errc::invalid;
  std::string what;    // one sentence, no full stop
  std::string remedy = {};  // what to do, may be empty
  std::string file = {};    // the input at fault, may be empty
  int line = 0;        // 1-based, 0 = none
  int sys = 0;         // errno, 0 = none

  // "FILE:LINE: what (errno text); remedy", without the parts that are absent.
  [[nodiscard]] std::string message() const;
};

template <class T>
using Result = boost::system::result<T, Error>;

// Found by argument-dependent lookup when .value() meets an error.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location&);

// A start that cannot go on. Thrown by constructors and composition code, caught once in main,
// which prints message() and returns exit_code.
class Fatal : public std::runtime_error {
 public:
  explicit Fatal(const Error& error, int exit_code = 2);
  [[nodiscard]] const Error& error() const { return error_; }
  [[nodiscard]] int exit_code() const { return exit_code_; }

 private:
  Error error_;
  int exit_code_;
};

// An Error from errno as it stands now.
[[nodiscard]] Error sys_error(std::string_view what, std::string_view file = {},
                              std::string_view remedy = {});

[[noreturn]] void assert_failed(const char* condition, const char* file, int line);

}  // namespace soakrig

// A broken invariant of our own code. User input, boards and networks must never be able to trip
// it; it stays on in release builds because a soak that goes on wrongly is worth nothing.
#define RIG_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::soakrig::assert_failed(#condition, __FILE__, __LINE__))
