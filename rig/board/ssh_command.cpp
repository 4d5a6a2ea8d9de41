// SPDX-License-Identifier: Apache-2.0
#include "rig/board/ssh_command.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace soakrig::board {
namespace {

constexpr std::size_t kMostSaid = 300;

bool needs_no_quotes(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./,:+-";
  return !word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos;
}

// The last line that says something; what the terminal would take for a command is left out.
std::string last_words(std::string_view said) {
  std::string line, last;
  for (const char c : std::string(said) + "\n") {
    if (c == '\n') {
      if (line.find_first_not_of(" @") != std::string::npos) last = line;
      line.clear();
    } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && line.size() < kMostSaid) {
      line += c;
    }
  }
  while (last.ends_with('.') || last.ends_with(' ')) last.pop_back();
  return last;
}

std::string by_hand(const BoardAddress& address) {
  return "ssh " + (address.port > 0 ? "-p " + std::to_string(address.port) + " " : "") +
         (address.user.empty() ? "" : address.user + "@") + address.host;
}

std::string remedy_for(const BoardAddress& address, std::string_view said) {
  const auto has = [&](std::string_view part) { return said.find(part) != std::string_view::npos; };
  if (has("IDENTIFICATION HAS CHANGED")) {
    return "it shows another host key than the known one: if it was set up anew, forget the old key "
           "with ssh-keygen -R, else find out who answers there";
  }
  if (has("Host key verification failed")) {
    return "its host key is not known yet: compare it and accept it once, by hand: " +
           by_hand(address);
  }
  if (has("Permission denied") || has("Too many authentication failures")) {
    return "a soak never asks for a password: put a key of yours on the board with ssh-copy-id, and "
           "load it into ssh-agent if it has a passphrase";
  }
  if (has("Could not resolve")) return "correct the name, or name the board in ~/.ssh/config";
  return "is the board up, and does this work by hand: " + by_hand(address);
}

}  // namespace

Result<std::string> quote_word(std::string_view word) {
  const bool harmless = std::ranges::all_of(
      word, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
  if (!harmless) {
    return Error{Errc::invalid, "a word for a board's shell has a control character in it",
                 "take it out"};
  }
  if (needs_no_quotes(word)) return std::string(word);
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\"'\"'";  // understood alike by sh, csh and fish, which a backslash is not
    } else {
      out += c;
    }
  }
  return out + "'";
}

Result<std::string> remote_command(const std::vector<std::string>& argv) {
  RIG_ASSERT(!argv.empty());
  std::string out = "exec";
  for (const std::string& word : argv) {
    auto quoted = quote_word(word);
    if (!quoted) return quoted.error();
    out += " " + *quoted;
  }
  return out;
}

std::vector<std::string> ssh_argv(const BoardAddress& address, const std::string& command) {
  std::vector<std::string> argv = {"ssh"};
  if (const char* config = std::getenv("SOAKRIG_SSH_CONFIG"); config != nullptr && *config != 0) {
    argv.insert(argv.end(), {"-F", config});
  }
  // -T -e none: bytes pass as they are. -a -x: nothing of the rig is lent to the board.
  argv.insert(argv.end(), {"-T", "-a", "-x", "-e", "none", "-S", "none"});
  for (const char* option :
       {"BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=5", "ServerAliveCountMax=3",
        "ClearAllForwardings=yes", "ControlMaster=no", "ControlPersist=no", "RemoteCommand=none",
        "StdinNull=no", "ForkAfterAuthentication=no", "SessionType=default", "PermitLocalCommand=no",
        "LogLevel=ERROR"}) {
    argv.insert(argv.end(), {"-o", option});
  }
  if (address.port > 0) argv.insert(argv.end(), {"-p", std::to_string(address.port)});
  if (!address.user.empty()) argv.insert(argv.end(), {"-l", address.user});
  argv.insert(argv.end(), {"--", address.host, command});
  return argv;
}

std::vector<std::string> ssh_look_up_argv(const BoardAddress& address) {
  std::vector<std::string> argv = ssh_argv(address, "true");
  argv.insert(argv.begin() + 1, "-G");
  return argv;
}

std::string host_in(std::string_view said) {
  constexpr std::string_view kName = "hostname ";
  for (std::size_t at = 0; at < said.size();) {
    const std::size_t end = std::min(said.find('\n', at), said.size());
    const std::string_view line = said.substr(at, end - at);
    if (line.starts_with(kName)) return std::string(line.substr(kName.size()));
    at = end + 1;
  }
  return {};
}

Error ssh_error(const BoardAddress& address, std::string_view said) {
  const std::string words = last_words(said);
  return {Errc::io,
          "cannot reach " + address.text() + " over ssh: " + (words.empty() ? "no reason given" : words),
          remedy_for(address, said)};
}

}  // namespace soakrig::board
