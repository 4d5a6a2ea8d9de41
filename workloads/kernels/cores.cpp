// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/cores.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace soakrig::workloads {

std::vector<std::size_t> allowed_core_list() {
  std::vector<std::size_t> cores;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return cores;
  for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &allowed)) cores.push_back(core);
  }
  return cores;
}

std::size_t allowed_cores() { return std::max<std::size_t>(1, allowed_core_list().size()); }

Result<std::vector<std::size_t>> parse_core_set(std::string_view text) {
  const Error wrong{Errc::invalid, "\"" + std::string(text) + "\" is no set of cores",
                    "write it like 0-3,6"};
  const auto number = [](std::string_view digits, std::size_t& value) {
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return failed == std::errc() && end == digits.data() + digits.size() && value < CPU_SETSIZE;
  };
  std::vector<std::size_t> cores;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string_view part = text.substr(at, end - at);
    const std::size_t dash = part.find('-');
    std::size_t first = 0;
    if (!number(part.substr(0, dash), first)) return wrong;
    std::size_t last = first;
    if (dash != std::string_view::npos && !number(part.substr(dash + 1), last)) return wrong;
    if (last < first) return wrong;
    for (std::size_t core = first; core <= last; ++core) cores.push_back(core);
    at = end + 1;
  }
  std::ranges::sort(cores);
  cores.erase(std::ranges::unique(cores).begin(), cores.end());
  return cores;
}

std::string core_set_text(const std::vector<std::size_t>& cores) {
  std::string text;
  for (const std::size_t core : cores) text += (text.empty() ? "" : ",") + std::to_string(core);
  return text;
}

Result<void> bind_to_cores(const std::vector<std::size_t>& cores) {
  const std::vector<std::size_t> allowed = allowed_core_list();
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const std::size_t core : cores) {
    if (!std::ranges::binary_search(allowed, core)) {
      return Error{
          Errc::not_found,
          "core " + std::to_string(core) + " does not exist, or this process may not use it",
          "it may use " + std::to_string(allowed.size()) + " cores" +
              (allowed.empty() ? "" : ", the last is " + std::to_string(allowed.back()))};
    }
    CPU_SET(core, &set);
  }
  if (cores.empty() || ::sched_setaffinity(0, sizeof set, &set) != 0) {
    return Error{Errc::invalid, "the system refuses this set of cores", "name others"};
  }
  return {};
}

BoundTo::BoundTo(const std::vector<std::size_t>& cores)
    : before_(allowed_core_list()), bound_(bind_to_cores(cores).has_value()) {}

BoundTo::~BoundTo() {
  if (!bound_) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const std::size_t core : before_) CPU_SET(core, &set);
  static_cast<void>(::sched_setaffinity(0, sizeof set, &set));
}

}  // namespace soakrig::workloads
