// SPDX-License-Identifier: Apache-2.0
#include "rig/base/kernel_message.hpp"

#include <array>

namespace soakrig {
namespace {

constexpr std::size_t kMaxText = 300;

// A message is of a class when it holds all of its (one to three) parts, in this order. The first
// class that fits is taken, so the sharper ones come first. Parts are lower case; case is ignored.
struct Pattern {
  std::string_view name;
  Severity severity;
  std::array<std::string_view, 3> parts;
};
constexpr std::array kPatterns = {
    Pattern{"thermal-shutdown", Severity::alarm, {"hardware protection shutdown"}},
    Pattern{"critical-temperature", Severity::alarm, {"critical temperature reached"}},
    Pattern{"thermal-throttle", Severity::warning, {"temperature is above threshold"}},
    Pattern{"thermal-throttle-end", Severity::info, {"temperature is back to normal"}},
    Pattern{"under-voltage", Severity::alarm, {"under-voltage detected"}},
    Pattern{"under-voltage", Severity::alarm, {"undervoltage detected"}},
    Pattern{"under-voltage-end", Severity::info, {"voltage normali"}},
    Pattern{"over-current", Severity::warning, {"soctherm", "oc alarm"}},
    Pattern{"panic", Severity::alarm, {"kernel panic"}},
    Pattern{"restart", Severity::info, {"reboot: restarting system"}},
    Pattern{"power-down", Severity::info, {"reboot: power down"}},
    Pattern{"power-down", Severity::info, {"reboot: system halted"}},
    Pattern{"soft-lockup", Severity::alarm, {"soft lockup", "stuck for"}},
    Pattern{"hard-lockup", Severity::alarm, {"hard lockup"}},
    Pattern{"rcu-stall", Severity::alarm, {"rcu", "detected stall"}},
    Pattern{"oops", Severity::alarm, {"oops: "}},
    Pattern{"oops", Severity::alarm, {"unable to handle kernel"}},
    Pattern{"hung-task", Severity::alarm, {"task ", "blocked for more than", "seconds"}},
    Pattern{"oom-kill", Severity::alarm, {"killed process "}},
    Pattern{"oom", Severity::alarm, {"invoked oom-killer"}},
    Pattern{"oom", Severity::alarm, {"oom-kill:constraint="}},
    Pattern{"machine-check", Severity::alarm, {"[hardware error]"}},
    Pattern{"memory-error", Severity::alarm, {"edac ", " ue "}},
    Pattern{"memory-error", Severity::warning, {"edac ", " ce "}},
    Pattern{"gpu-error", Severity::alarm, {"nvrm: xid"}},
    Pattern{"gpu-error", Severity::alarm, {"gpu hang"}},
    Pattern{"pcie-error", Severity::warning, {"aer: ", "error"}},
    Pattern{"pcie-error", Severity::warning, {"pcie bus error"}},
    Pattern{"storage-read-only", Severity::alarm, {"remounting filesystem read-only"}},
    Pattern{"storage-error", Severity::alarm, {"buffer i/o error on dev"}},
    Pattern{"storage-error", Severity::alarm, {"i/o error while writing superblock"}},
    Pattern{"storage-error", Severity::alarm, {"disabling device after reset failure"}},
    Pattern{"storage-timeout", Severity::warning, {"nvme", "timeout", "reset controller"}},
    Pattern{"file-limit", Severity::warning, {"vfs: file-max limit", "reached"}},
    Pattern{"cpu-offline", Severity::warning, {"cpu", ": shutdown"}},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Where `part` (lower case) first stands in `text`, whatever the case; npos when nowhere.
std::size_t find_part(std::string_view text, std::string_view part) {
  for (std::size_t i = 0; i + part.size() <= text.size(); ++i) {
    std::size_t j = 0;
    while (j < part.size() && lower(text[i + j]) == part[j]) ++j;
    if (j == part.size()) return i;
  }
  return std::string_view::npos;
}

bool fits(std::string_view text, const Pattern& pattern) {
  for (const std::string_view part : pattern.parts) {
    if (part.empty()) return true;
    const std::size_t at = find_part(text, part);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + part.size());
  }
  return true;
}

}  // namespace

std::optional<KernelMessageClass> classify_kernel_message(std::string_view text) {
  text = text.substr(0, kMaxText);
  for (const Pattern& pattern : kPatterns) {
    if (fits(text, pattern)) return KernelMessageClass{pattern.name, pattern.severity};
  }
  return std::nullopt;
}

}  // namespace soakrig
