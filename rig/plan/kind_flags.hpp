// SPDX-License-Identifier: Apache-2.0
//
// Options that workloads of several kinds take: keys of a profile's table become words of the argv.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rig/base/run_spec.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

void pass(WorkloadSpec& spec, std::string_view flag, const std::string& value);
void pass(WorkloadSpec& spec, std::string_view flag,
          std::optional<std::int64_t> number);  // if there

// The workload's own, else the run's.
[[nodiscard]] std::int64_t seed_of(const TableReader& table, const Build& build);

void pass_pause(const TableReader& table, WorkloadSpec& spec);
// What loads that cannot be shaped from outside take too.
void pass_cores_and_trouble(const TableReader& table, WorkloadSpec& spec, Build& build);
// What every load of soakrig-work that can be shaped takes: the above, and its shape.
void pass_common(const TableReader& table, WorkloadSpec& spec, Build& build);

}  // namespace soakrig::plan
