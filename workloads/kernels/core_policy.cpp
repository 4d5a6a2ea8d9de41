// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/core_policy.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <tuple>

#include "rig/base/fd.hpp"
#include "workloads/kernels/cores.hpp"

namespace soakrig::workloads {
namespace {

constexpr double kBigShare =
    0.75;  // cores of one kind differ by their binning, little ones by half

std::string cpu_file(const std::string& folder, std::size_t core, const char* name) {
  return folder + "/cpu" + std::to_string(core) + "/" + name;
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

std::optional<double> positive_number(const std::string& path) {
  const auto text = read_file(path, 64);
  if (!text) return std::nullopt;
  const std::string_view line = first_line(*text);
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (failed != std::errc() || end != line.data() + line.size() || value == 0) return std::nullopt;
  return static_cast<double>(value);
}

// Only where every core says it: capacities and clocks are not to be compared.
bool fill_capacities(std::vector<CoreFacts>& cores, const std::string& folder, const char* name) {
  std::vector<double> values;
  for (const CoreFacts& core : cores) {
    const auto value = positive_number(cpu_file(folder, core.core, name));
    if (!value) return false;
    values.push_back(*value);
  }
  for (std::size_t i = 0; i < cores.size(); ++i) cores[i].capacity = values[i];
  return true;
}

std::size_t first_sibling(const std::vector<std::size_t>& cores, std::size_t core,
                          const std::string& folder) {
  const auto text = read_file(cpu_file(folder, core, "topology/thread_siblings_list"), 4096);
  if (!text) return core;
  const auto siblings = parse_core_set(first_line(*text));
  if (!siblings) return core;
  for (const std::size_t sibling : *siblings) {
    if (std::ranges::find(cores, sibling) != cores.end()) return sibling;
  }
  return core;
}

}  // namespace

std::vector<CoreFacts> read_core_facts(const std::vector<std::size_t>& cores,
                                       const std::string& folder) {
  std::vector<CoreFacts> facts;
  for (const std::size_t core : cores) {
    facts.push_back({core, 1, first_sibling(cores, core, folder)});
  }
  if (!fill_capacities(facts, folder, "cpu_capacity")) {
    static_cast<void>(fill_capacities(facts, folder, "cpufreq/cpuinfo_max_freq"));
  }
  return facts;
}

Result<std::vector<std::size_t>> choose_cores(std::string_view text,
                                              const std::vector<CoreFacts>& cores) {
  const bool all = text == "all";
  const bool big = text == "big";
  const bool little = text == "little";
  const bool physical = text == "physical";
  if (!all && !big && !little && !physical) {
    auto set = parse_core_set(text);
    if (!set) {
      return Error{set.error().code, set.error().what,
                   "write it like 0-3,6, or all, big, little or physical"};
    }
    return set;
  }
  double fastest = 0;
  for (const CoreFacts& core : cores) fastest = std::max(fastest, core.capacity);
  std::vector<std::size_t> chosen;
  for (const CoreFacts& core : cores) {
    const bool is_big = core.capacity >= kBigShare * fastest;
    if (all || (big && is_big) || (little && !is_big) ||
        (physical && core.first_sibling == core.core)) {
      chosen.push_back(core.core);
    }
  }
  std::ranges::sort(chosen);
  if (chosen.empty()) {
    return Error{Errc::not_found, "none of the cores that may be used is " + std::string(text),
                 "leave the set of cores out: they are of one kind"};
  }
  return chosen;
}

std::vector<std::size_t> fastest_first(std::vector<CoreFacts> cores) {
  std::ranges::sort(cores, {}, [](const CoreFacts& core) {
    return std::tuple(core.first_sibling != core.core, -core.capacity, core.core);
  });
  std::vector<std::size_t> order;
  for (const CoreFacts& core : cores) order.push_back(core.core);
  return order;
}

}  // namespace soakrig::workloads
