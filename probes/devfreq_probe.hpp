// SPDX-License-Identifier: Apache-2.0
//
// Clocks and load of devices other than the CPU: GPU, NPU, memory controller (devfreq). A device
// is named by what it is: gpu.*, npu.* or dram.*, else devfreq.NAME.*; each has .frequency,
// .frequency_cap (max_freq, as thermal control or a user lowered it), .frequency_max (the highest
// available), and .load in per cent where the driver says it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_devfreq(HostFs& fs);

// "gpu", "npu" or "dram" by the device's name, else "devfreq.NAME".
[[nodiscard]] std::string devfreq_role(std::string_view device);
// Rockchip's load file: "37@800000000Hz" -> 37 per cent.
[[nodiscard]] std::optional<double> parse_devfreq_load(std::string_view text);
// The highest of "available_frequencies", in Hz.
[[nodiscard]] std::optional<double> parse_highest_frequency(std::string_view text);

}  // namespace soakrig::probes
