// SPDX-License-Identifier: Apache-2.0
//
// A model small enough to be checked by hand in milliseconds, with every feature of the large ones:
// several layers, shared key-value heads, an output matrix of its own.
#pragma once

#include "workloads/model/shape.hpp"

namespace soakrig::workloads {

inline constexpr Shape kTinyShape{"tiny", 64, 96, 2, 4, 2, 16, 80, 48, 10000, 1e-5f, false};

}  // namespace soakrig::workloads
