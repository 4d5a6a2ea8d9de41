// SPDX-License-Identifier: Apache-2.0
//
// Load of a Rockchip NPU (vendor kernel): npu.coreN.load and npu.mean_load (over the cores), in per
// cent. Mainline's accel driver offers other files, which this does not guess at.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_rknpu(HostFs& fs);

inline constexpr std::size_t kMaxNpuCores = 8;

// "NPU load:  Core0: 37%, Core1:  0%, Core2:  0%," or "NPU load:  37%" (one core).
struct NpuLoad {
  std::array<double, kMaxNpuCores> percent{};
  std::size_t cores = 0;
};
[[nodiscard]] std::optional<NpuLoad> parse_npu_load(std::string_view text);

}  // namespace soakrig::probes
