// SPDX-License-Identifier: Apache-2.0
//
// An engine that is started as a container: `docker run …` or `podman run …` in its argv. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig {

// In the environment of what takes a container away once its workload has ended: who ends a workload
// spares it, with all below it, since it ends by itself as soon as that is done.
inline constexpr std::string_view kKeeperMark = "SOAKRIG_KEEPER=1";

struct ContainerRun {
  std::string runtime;      // argv[0]
  std::size_t options = 0;  // where its options begin: behind "run"
};

// Absent: it runs a program. Errc::invalid: a container that nobody could watch over, since it would
// run in the background, or keeps its id to itself.
[[nodiscard]] Result<std::optional<ContainerRun>> container_run(const std::vector<std::string>& argv);

// The same, with the container's id written to `id_file`, and nothing left of it at its end.
[[nodiscard]] std::vector<std::string> with_id_file(const std::vector<std::string>& argv,
                                                    const ContainerRun& run,
                                                    const std::string& id_file);

// 64 hexadecimal digits.
[[nodiscard]] bool is_container_id(std::string_view text);

}  // namespace soakrig
