// SPDX-License-Identifier: Apache-2.0
#include "rig/base/quality_bars.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace soakrig {

namespace {

constexpr std::array kKeys{
    QualityBarKey{"top1_min", "--top1-min", "top1", BarKind::least},
    QualityBarKey{"top1_fall_max", "--top1-fall-max", "top1", BarKind::fall},
    QualityBarKey{"solved_min", "--solved-min", "solved", BarKind::least},
    QualityBarKey{"solved_fall_max", "--solved-fall-max", "solved", BarKind::fall},
    QualityBarKey{"kl_max", "--kl-max", "kl", BarKind::most},
};

}  // namespace

std::span<const QualityBarKey> quality_bar_keys() { return kKeys; }

std::vector<QualityBar> quality_bars(const WorkloadSpec& workload) {
  std::vector<QualityBar> out;
  if (workload.kind != "quality") return out;
  for (const QualityBarKey& key : kKeys) {
    const auto flag = std::ranges::find(workload.argv, key.flag);
    if (flag == workload.argv.end() || flag + 1 == workload.argv.end()) continue;
    const std::string& text = *(flag + 1);
    double bar = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), bar);
    if (read.ec == std::errc() && read.ptr == text.data() + text.size()) out.push_back({&key, bar});
  }
  return out;
}

}  // namespace soakrig
