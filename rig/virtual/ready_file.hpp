// SPDX-License-Identifier: Apache-2.0
//
// What a running bench says about itself: {"pid","start_time","tree","chamber","meter","relay"},
// the last three as connect strings or null, and "devices": [{"role","map","connect"}] with these
// and all others (docs/virtual_bench.md). Pure but for the two file
// functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/process_id.hpp"
#include "rig/base/result.hpp"

namespace soakrig::virtual_bench {

struct BenchDevice {
  std::string role, map, connect;  // role: chamber, meter, relay, ambient, device1…
};

struct BenchInfo {
  ProcessId process;  // boot_id filled with the current one
  std::string tree;   // absolute path of the board tree
  std::optional<std::string> chamber, meter, relay;
  std::vector<BenchDevice> devices{};

  // Connect string of the first device with this role, or, failing that, with this map.
  [[nodiscard]] std::optional<std::string> find(std::string_view role_or_map) const;
};

[[nodiscard]] std::string encode_ready(const BenchInfo& info);
[[nodiscard]] Result<BenchInfo> parse_ready(std::string_view json, const std::string& file);

// Errc::not_found when the bench that wrote it is gone.
[[nodiscard]] Result<BenchInfo> read_ready_file(const std::string& path);
[[nodiscard]] Result<void> write_ready_file(const std::string& path, const BenchInfo& info);

}  // namespace soakrig::virtual_bench
