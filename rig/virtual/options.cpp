// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/options.hpp"

#include <algorithm>
#include <charconv>
#include <thread>

namespace soakrig::virtual_bench {

int default_cores() {
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 2u));
}

Result<void> parse_listen(std::string_view text, BenchOptions& options) {
  const auto bad = [text](const std::string& what) {
    return Error{Errc::invalid, "--listen " + std::string(text.substr(0, 200)) + ": " + what,
                 "write 127.0.0.1:0"};
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad("no port");
  std::string_view address = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  unsigned number = 0;
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (failed != std::errc{} || end != port.data() + port.size() || number > 65534) {
    return bad("the port must be 0 to 65534");
  }
  // Whoever reaches the port can change what the board seems to be.
  if (!address.starts_with("127.") && address != "::1") return bad("not a loopback address");
  options.address = address;
  options.port = static_cast<std::uint16_t>(number);
  return {};
}

}  // namespace soakrig::virtual_bench
