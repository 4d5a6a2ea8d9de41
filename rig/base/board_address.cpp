// SPDX-License-Identifier: Apache-2.0
#include "rig/base/board_address.hpp"

#include <algorithm>
#include <charconv>

namespace soakrig {
namespace {

constexpr std::size_t kLongestUser = 64, kLongestHost = 253, kLongestFolder = 200;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Letters, digits and `more`; never with a '-' in front, which would be an option.
bool plain(std::string_view text, std::string_view more, std::size_t longest) {
  return !text.empty() && text.size() <= longest && text.front() != '-' &&
         std::ranges::all_of(text, [&](char c) {
           return is_alphanumeric(c) || more.find(c) != std::string_view::npos;
         });
}

bool plain_folder(std::string_view folder) {
  if (!plain(folder, "/._-", kLongestFolder) || folder == "/") return false;
  return (std::string(folder) + "/").find("/../") == std::string::npos;
}

Error wrong(std::string what) {
  return {Errc::invalid, std::move(what), "write ssh://user@host:port; user and port may be left out"};
}

}  // namespace

std::string BoardAddress::text() const {
  const bool bracketed = port > 0 && host.find(':') != std::string::npos;
  return (user.empty() ? "" : user + "@") + (bracketed ? "[" + host + "]" : host) +
         (port > 0 ? ":" + std::to_string(port) : "");
}

Result<BoardAddress> parse_board_address(std::string_view text) {
  if (!text.starts_with(kSshScheme)) return wrong("an address of a board begins with ssh://");
  text.remove_prefix(kSshScheme.size());
  BoardAddress out;
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    const std::string_view folder = text.substr(slash);
    if (!plain_folder(folder)) {
      return wrong("the folder in a board's address is an absolute path of letters, digits and ._-");
    }
    out.folder = folder;
    text = text.substr(0, slash);
  }
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    if (!plain(text.substr(0, at), "._-", kLongestUser)) {
      return wrong("the user in a board's address has letters, digits and ._- only; a password has "
                   "no place there");
    }
    out.user = text.substr(0, at);
    text.remove_prefix(at + 1);
  }
  std::string_view host = text, port;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return wrong("a board's address has a [ without its ]");
    host = text.substr(1, close - 1);
    port = text.substr(close + 1);
    const bool six = host.find(':') != std::string_view::npos && host.size() <= 45 &&
                     std::ranges::all_of(host, [](char c) {
                       return std::string_view("0123456789abcdefABCDEF:.").find(c) !=
                              std::string_view::npos;
                     });
    if (!six) return wrong("what a board's address has in brackets is no IPv6 address");
  } else {
    const auto colon = text.find(':');
    host = text.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    if (!plain(host, "._-", kLongestHost)) {
      return wrong("the host in a board's address has letters, digits and ._- only");
    }
  }
  out.host = host;
  if (port.empty()) return out;
  const char* const end = port.data() + port.size();
  const auto [stopped, failed] = std::from_chars(port.data() + 1, end, out.port);
  if (port.front() != ':' || failed != std::errc{} || stopped != end || out.port < 1 ||
      out.port > 65535) {
    return wrong("the port in a board's address is a number from 1 to 65535");
  }
  return out;
}

}  // namespace soakrig
