// SPDX-License-Identifier: Apache-2.0
//
// Walks JSON text in place, without allocating: for the one text that comes thousands of times a
// second, a chunk of a streamed answer. Everything else goes through rig/base/json_guard.hpp.
// Checks the grammar of what it walks over (strings are not decoded), bounds the nesting, and never
// reads beyond the text. After the first error every call fails.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace soakrig::workloads {

class JsonCursor {
 public:
  enum class Kind { object, array, string, number, boolean, null, bad };

  explicit JsonCursor(std::string_view text) : rest_(text) {}

  [[nodiscard]] Kind peek();  // of the value that comes next
  // Steps into an object or array. False: the next value is something else.
  bool enter_object() { return enter('{'); }
  bool enter_array() { return enter('['); }
  // The next member's name, not decoded, or nothing at the end of the object, which is then left
  // behind.
  [[nodiscard]] std::optional<std::string_view> next_key();
  // True: another element follows. False: the array has ended and is left behind.
  [[nodiscard]] bool next_element();

  // Take the next value. Nothing: it is of another kind, and still there.
  [[nodiscard]] std::optional<std::string_view> string();  // between its quotes, not decoded
  [[nodiscard]] std::optional<double> number();
  [[nodiscard]] std::optional<bool> boolean();
  bool skip();  // any value
  // Nothing but blanks is left and all was well.
  [[nodiscard]] bool finished();
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  static constexpr int kDeepest = 32;

  bool enter(char bracket);
  bool take(char c);
  bool word(std::string_view text);
  bool skip_number();
  void blanks();
  void fail() { failed_ = true; }

  std::string_view rest_;
  int depth_ = 0;
  std::uint64_t started_ = 0;  // one bit a level: a member or an element has been seen in it
  bool failed_ = false;
};

}  // namespace soakrig::workloads
