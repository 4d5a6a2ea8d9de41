// SPDX-License-Identifier: Apache-2.0
//
// Makes the file of a run whose writer is gone self-contained: seals its tail, checkpoints, leaves
// WAL mode. For every command that may write; never touches a run whose owner lives.
#pragma once

#include <string>

#include "results/store/model.hpp"
#include "rig/base/result.hpp"

namespace soakrig::store {

// The state afterwards. A sealed run is left alone. An interrupted run stays interrupted (it never
// ended, which is the truth) but its rows are sealed and its WAL is gone. Errc::busy while its
// owner lives or a reader is in the way after `wait`.
[[nodiscard]] Result<RunState> seal(const std::string& path, Nanos wait = 3 * kSecond);

}  // namespace soakrig::store
