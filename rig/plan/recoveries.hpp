// SPDX-License-Identifier: Apache-2.0
//
// `recovery` of the boards of a profile. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rig/base/recovery_spec.hpp"

namespace soakrig::plan {

class TableReader;
struct Build;

// By the names of the boards; of a profile that read_profile() takes without a fault. The arguments are
// those of read_profile().
[[nodiscard]] RecoverySpecs read_recoveries(std::string_view text, const std::string& file,
                                            std::span<const std::string> overrides = {});

// Of one board table; tells its faults. `remote`: the board is reached over ssh. Internal to rig/plan.
void check_recovery(const TableReader& board, bool remote, Build& build);

}  // namespace soakrig::plan
