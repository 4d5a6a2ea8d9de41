// SPDX-License-Identifier: Apache-2.0
#include "probes/probe_base.hpp"

#include <algorithm>

#include "probes/parse.hpp"

namespace soakrig::probes {

Value Attribute::read() {
  const Text text = file.read();
  if (text.state != State::good) return {text.state, 0};
  const auto integer = parse_int(text.text);
  if (!integer) return {State::error, 0};
  const double value = static_cast<double>(*integer) * multiply / divide;
  if (value < low || value > high) return {State::error, 0};
  return {State::good, value};
}

void Highest::add(Value next) {
  if (next.state == State::good) {
    const bool first = highest_.state != State::good;
    highest_ = {State::good, first ? next.value : std::max(highest_.value, next.value)};
  } else if (highest_.state == State::no_data) {
    highest_ = next;
  }
}

std::string source_of_max(const std::vector<std::string>& paths) {
  if (paths.size() == 1) return paths.front();
  std::string source = "max of";
  for (const std::string& path : paths) source += " " + path;
  return source;
}

std::string unique_name(std::string name, const std::vector<ChannelInfo>& taken) {
  const auto is_taken = [&](const std::string& candidate) {
    return std::ranges::find(taken, candidate, &ChannelInfo::name) != taken.end();
  };
  if (!is_taken(name)) return name;
  const std::size_t dot = name.rfind('.');
  const std::size_t at = dot == std::string::npos || name.find('.') == dot ? name.size() : dot;
  for (int n = 2;; ++n) {
    std::string candidate = name;
    candidate.insert(at, "_" + std::to_string(n));
    if (!is_taken(candidate)) return candidate;
  }
}

std::size_t ProbeBase::add(std::string name, std::string unit, std::string source,
                           Provenance provenance) {
  channels_.push_back({unique_name(std::move(name), channels_), std::move(unit), std::move(source),
                       provenance, ""});
  present_ = true;
  return channels_.size() - 1;
}

std::size_t ProbeBase::add_absent(std::string name, std::string unit, std::string source,
                                  Provenance provenance, std::string reason) {
  channels_.push_back({unique_name(std::move(name), channels_), std::move(unit), std::move(source),
                       provenance, std::move(reason)});
  return channels_.size() - 1;
}

}  // namespace soakrig::probes
