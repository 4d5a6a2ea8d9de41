// SPDX-License-Identifier: Apache-2.0
#include "rig/base/process_id.hpp"

#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <string_view>

#include "rig/base/fd.hpp"

namespace soakrig {

std::optional<std::uint64_t> process_start_time(pid_t pid) {
  const auto text = read_file("/proc/" + std::to_string(pid) + "/stat", 8192);
  if (!text) return std::nullopt;
  // The command name (field 2) is in parentheses and may hold anything, spaces and ')' included:
  // count fields from the last ')'.
  const auto close = text->rfind(')');
  if (close == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(*text).substr(close + 1);
  for (int field = 3;; ++field) {
    const auto start = rest.find_first_not_of(' ');
    if (start == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(start);
    const std::string_view word = rest.substr(0, rest.find(' '));
    if (field == 3 && (word == "Z" || word == "X")) return std::nullopt;
    if (field == 22) {
      std::uint64_t ticks = 0;
      const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), ticks);
      if (failed != std::errc{}) return std::nullopt;
      return ticks;
    }
    rest.remove_prefix(word.size());
  }
}

std::string current_boot_id() {
  auto text = read_file("/proc/sys/kernel/random/boot_id", 128);
  if (!text) return {};
  while (!text->empty() && text->back() == '\n') text->pop_back();
  return *text;
}

ProcessId this_process() {
  const pid_t pid = ::getpid();
  return ProcessId{pid, process_start_time(pid).value_or(0), current_boot_id()};
}

bool is_alive(const ProcessId& id) {
  if (id.pid <= 0 || id.boot_id != current_boot_id()) return false;
  return process_start_time(id.pid) == id.start_time;
}

bool signal_process(const ProcessId& id, int signal) {
  return is_alive(id) && ::kill(id.pid, signal) == 0;
}

}  // namespace soakrig
