// SPDX-License-Identifier: Apache-2.0
//
// What a model's speed is judged against must be measured beside it. Where a profile has no
// workload of kind "memory", or none of kind "gemm", these add one and phases for it. Pure.
#pragma once

#include "rig/plan/value.hpp"

namespace soakrig::plan {

// Behind the first phase of each ambient that has work: NAME-read and NAME-products, in the same
// air, for a quarter of its soak, but for four windows at least and for no longer than it. What is
// no profile is left alone: its reader says what is wrong with it.
void add_ceilings(Value& root);

}  // namespace soakrig::plan
