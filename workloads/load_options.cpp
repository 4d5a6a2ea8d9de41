// SPDX-License-Identifier: Apache-2.0
#include "workloads/load_options.hpp"

#include <utility>

#include "rig/base/quantity.hpp"
#include "workloads/kernels/cores.hpp"
#include "workloads/model/shape.hpp"

namespace soakrig::workloads {

Error usage(std::string what, std::string remedy) {
  return {Errc::invalid, std::move(what), std::move(remedy)};
}

Result<Nanos> resolve_time(const std::string& option, const std::string& text) {
  const auto time = parse_duration(text);
  if (time && *time > 0) return *time;
  return usage(option + " \"" + text + "\" is no time", "write it like 30s");
}

Result<std::size_t> resolve_threads(std::int64_t threads) {
  constexpr std::int64_t kMost = 1024;
  if (threads == kEveryCore) return allowed_cores();
  if (threads >= 1 && threads <= kMost) return static_cast<std::size_t>(threads);
  return usage("--threads must be from 1 to " + std::to_string(kMost),
               "leave it out to use every core");
}

Result<const Kernels*> resolve_kernels(const std::string& target) {
  if (const Kernels* kernels = find_kernels(target)) return kernels;
  std::string known;
  for (const Kernels* kernels : runnable_kernels()) {
    known += (known.empty() ? "" : ", ") + std::string(kernels->target);
  }
  return usage("there are no kernels \"" + target + "\" for this processor", "it runs " + known);
}

std::string mib(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

Result<void> must_fit(const std::string& what, std::uint64_t needed, const std::string& remedy) {
  const std::uint64_t available = available_memory();
  if (needed <= available) return {};
  return Error{
      Errc::full,
      what + " needs " + mib(needed) + " of memory, but only " + mib(available) + " are available",
      remedy};
}

}  // namespace soakrig::workloads
