// SPDX-License-Identifier: Apache-2.0
//
// Whether a workload's engine said that part of its model ran elsewhere than asked: then its
// figures are not those of the device that a claim is about. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rig/base/event.hpp"

namespace soakrig::analysis {

// "part of the model ran elsewhere than asked: conv_12 on GPU instead of DLA"; with more than three
// parts how many there are. Empty = the engine said nothing of the kind.
[[nodiscard]] std::string fallback_of(std::span<const Event> events, std::string_view board,
                                      std::string_view workload);

}  // namespace soakrig::analysis
