// SPDX-License-Identifier: Apache-2.0
#include "rig/base/console_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace soakrig {
namespace {

// Those that termios has names for.
constexpr std::array kBauds = {1200,   2400,   4800,   9600,   19200,   38400,   57600,  115200,
                               230400, 460800, 500000, 576000, 921600, 1000000, 1500000, 3000000};

Error wrong(std::string what) {
  return {Errc::invalid, std::move(what),
          "write \"/dev/serial/by-id/NAME\", or \"/dev/serial/by-id/NAME?baud=115200\""};
}

}  // namespace

Result<ConsoleAddress> parse_console_address(std::string_view text) {
  ConsoleAddress out;
  const auto question = text.find('?');
  out.device = text.substr(0, question);
  const bool harmless = std::ranges::all_of(
      out.device, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
  if (!out.device.starts_with('/') || !harmless || out.device.size() > 1000) {
    return wrong("a console is a device by its absolute path");
  }
  if (question == std::string_view::npos) return out;
  constexpr std::string_view kBaud = "baud=";
  std::string_view rest = text.substr(question + 1);
  if (!rest.starts_with(kBaud)) return wrong("after '?' a console has only baud=N");
  rest.remove_prefix(kBaud.size());
  const char* const end = rest.data() + rest.size();
  const auto [stopped, failed] = std::from_chars(rest.data(), end, out.baud);
  if (failed != std::errc{} || stopped != end ||
      std::ranges::find(kBauds, out.baud) == kBauds.end()) {
    return wrong("'" + std::string(rest.substr(0, 20)) + "' is no speed of a serial line");
  }
  return out;
}

}  // namespace soakrig
