// SPDX-License-Identifier: Apache-2.0
//
// What a phase of a sweep is called: "decode[quant=q4_0,threads=2]". The settings stand in the name
// itself, so that every list, plot and report says which is which. '[' cannot stand in the name of
// a phase in a profile, so no other phase is called so. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace soakrig {

struct SweepName {
  std::string sweep;
  std::vector<std::pair<std::string, std::string>> settings;  // in the profile's order
};

// Of a value that is a path only the last part is kept; what would break the form becomes '_'.
[[nodiscard]] std::string sweep_phase_name(const SweepName& name);
// Nothing for any other name. A repeat's "#2" counts as part of the sweep's name.
[[nodiscard]] std::optional<SweepName> parse_sweep_name(std::string_view phase);

}  // namespace soakrig
