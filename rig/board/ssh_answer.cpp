// SPDX-License-Identifier: Apache-2.0
#include "rig/board/ssh_answer.hpp"

#include <algorithm>

namespace soakrig::board {
namespace {

constexpr std::size_t kMostLine = 200;

bool plain_host(std::string_view host) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-%";
  return !host.empty() && host.front() != '-' &&
         host.find_first_not_of(kPlain) == std::string_view::npos;
}

bool this_machine(std::string_view host) {
  return host == "localhost" || host.starts_with("127.") || host == "::1";
}

}  // namespace

SshAnswer ssh_answer(int code, bool timed_out, std::string_view said) {
  if (code == 0 && !timed_out) return SshAnswer::works;
  if (timed_out) return SshAnswer::silent;
  for (const std::string_view words :
       {"Connection refused", "Connection reset", "closed by remote host", "Connection closed by",
        "Permission denied", "Host key verification failed", "IDENTIFICATION HAS CHANGED",
        "Too many authentication failures"}) {
    if (said.find(words) != std::string_view::npos) return SshAnswer::refuses;
  }
  // Any other code than ssh's own is the command's: whoever ran it is there.
  return code == 255 ? SshAnswer::silent : SshAnswer::works;
}

std::string last_line(std::string_view said) {
  std::string line, last;
  for (const char c : std::string(said) + "\n") {
    if (c == '\n') {
      if (line.find_first_not_of(' ') != std::string::npos) last = line;
      line.clear();
    } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && line.size() < kMostLine) {
      line += c;
    }
  }
  return last;
}

Result<std::string> ping_target(std::string_view configuration) {
  std::string host;
  while (!configuration.empty()) {
    const std::string_view line = configuration.substr(0, configuration.find('\n'));
    configuration.remove_prefix(std::min(configuration.size(), line.size() + 1));
    const std::string_view key = line.substr(0, line.find(' '));
    const std::string_view value = line.substr(std::min(line.size(), key.size() + 1));
    if (key == "hostname") host = value;
    if ((key == "proxyjump" || key == "proxycommand") && value != "none") {
      return Error{Errc::unsupported, "it is reached through another host, which would be pinged in its place"};
    }
  }
  if (!plain_host(host)) return Error{Errc::unsupported, "ssh names no host that could be pinged"};
  if (this_machine(host)) {
    return Error{Errc::unsupported, "its address is this machine's own, which always answers"};
  }
  return host;
}

}  // namespace soakrig::board
