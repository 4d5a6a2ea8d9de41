// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/garbage_meter.hpp"

#include <algorithm>
#include <utility>

namespace soakrig::agent {

std::string printable_excerpt(std::string_view text, std::size_t max_bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text.substr(0, max_bytes)) {
    if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  if (text.size() > max_bytes) out += "…";
  return out;
}

void GarbageMeter::add(std::string_view line, std::string_view reason, Nanos now) {
  if (pending_.lines == 0) {
    first_ = now;
    pending_.example = printable_excerpt(line, kExample);
    pending_.reason = reason;
  }
  last_ = now;
  ++pending_.lines;
  pending_.bytes += line.size();
}

std::optional<Nanos> GarbageMeter::due() const {
  if (pending_.lines == 0) return std::nullopt;
  const Nanos burst = std::min(last_ + kQuiet, first_ + kInterval);
  return reported_ ? std::max(burst, *reported_ + kInterval) : burst;
}

std::optional<GarbageMeter::Report> GarbageMeter::take(Nanos now, bool all) {
  const auto when = due();
  if (!when || (!all && now < *when)) return std::nullopt;
  reported_ = now;
  return std::exchange(pending_, {});
}

}  // namespace soakrig::agent
