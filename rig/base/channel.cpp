// SPDX-License-Identifier: Apache-2.0
#include "rig/base/channel.hpp"

#include <array>

namespace soakrig {
namespace {

constexpr std::array<std::string_view, 4> kStates = {"good", "no_data", "stale", "error"};
constexpr std::array<std::string_view, 3> kProvenances = {"measured", "simulated", "replayed"};
constexpr std::size_t kMaxName = 200;

bool part_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

std::string_view to_string(State state) { return kStates[static_cast<std::size_t>(state)]; }
std::string_view to_string(Provenance p) { return kProvenances[static_cast<std::size_t>(p)]; }

std::optional<State> parse_state(std::string_view text) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (kStates[i] == text) return static_cast<State>(i);
  }
  return std::nullopt;
}

std::optional<Provenance> parse_provenance(std::string_view text) {
  for (std::size_t i = 0; i < kProvenances.size(); ++i) {
    if (kProvenances[i] == text) return static_cast<Provenance>(i);
  }
  return std::nullopt;
}

Provenance worse(Provenance a, Provenance b) {
  if (a == Provenance::simulated || b == Provenance::simulated) return Provenance::simulated;
  return a == Provenance::replayed ? a : b;
}

bool valid_channel_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxName) return false;
  bool part_open = false;
  for (const char c : name) {
    if (c == '.') {
      if (!part_open) return false;
      part_open = false;
    } else if (part_char(c)) {
      part_open = true;
    } else {
      return false;
    }
  }
  return part_open;
}

std::string channel_part(std::string_view text) {
  std::string out;
  for (char c : text.substr(0, 64)) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    out += part_char(c) ? c : '_';
  }
  return out.empty() ? "_" : out;
}

}  // namespace soakrig
