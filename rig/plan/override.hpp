// SPDX-License-Identifier: Apache-2.0
//
// --set path.to.key=VALUE: merged into the document before it is read, so that an override passes
// the same checks as the profile. Each of [[board]], [[phase]], [[instrument]] and [[board.claim]]
// is addressed by its name. Pure.
#pragma once

#include <string>

#include "rig/plan/faults.hpp"
#include "rig/plan/value.hpp"

namespace soakrig::plan {

// Names what the profile leaves nameless: no [[board]] means one called "local"; the only board
// without a name is "local"; the n-th phase without one is "phaseN".
void fill_names(Value& root);

// Merges one override; a fault names it as its place.
void apply_override(Value& root, const std::string& assignment, Faults& faults);

}  // namespace soakrig::plan
