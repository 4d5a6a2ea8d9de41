// SPDX-License-Identifier: Apache-2.0
#include "results/store/console_text.hpp"

#include <zstd.h>

#include <algorithm>
#include <charconv>

#include "rig/base/base64.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::store {
namespace {

constexpr int kLevel = 9;  // a console is slow; an hour of it is read more often than written
constexpr std::size_t kMostPlain = 1u << 20;

Result<std::string> expand(std::string_view bytes) {
  const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size > kMostPlain) return Error{Errc::corrupt, "a piece of a console's log is no such piece"};
  std::string out(static_cast<std::size_t>(size), '\0');
  const std::size_t got = ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(got) != 0 || got != out.size()) {
    return Error{Errc::corrupt, "a piece of a console's log cannot be expanded"};
  }
  return out;
}

}  // namespace

std::string pack_console(std::string_view lines) {
  std::string out(ZSTD_compressBound(lines.size()), '\0');
  const std::size_t size =
      ZSTD_compress(out.data(), out.size(), lines.data(), lines.size(), kLevel);
  RIG_ASSERT(ZSTD_isError(size) == 0);  // the room is what zstd asked for
  out.resize(size);
  return encode_base64(out);
}

Result<std::vector<ConsoleLine>> console_lines(const Event& event) {
  const auto body = parse_json(event.body);
  const auto packed = body ? json_get<std::string>(*body, "zstd") : std::nullopt;
  const auto bytes = packed ? decode_base64(*packed) : std::nullopt;
  if (!bytes) return Error{Errc::corrupt, "a piece of a console's log is no such piece"};
  const auto text = expand(*bytes);
  if (!text) return text.error();
  std::vector<ConsoleLine> out;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    ConsoleLine next;
    const auto [stopped, failed] = std::from_chars(line.data(), line.data() + line.size(), next.t);
    if (failed != std::errc{}) continue;
    const auto at = static_cast<std::size_t>(stopped - line.data());
    next.text = line.substr(std::min(at + 1, line.size()));
    out.push_back(std::move(next));
  }
  return out;
}

}  // namespace soakrig::store
