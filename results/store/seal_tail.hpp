// SPDX-License-Identifier: Apache-2.0
//
// Seals every frame that a file's tail holds, whatever became of the writer that left it.
// Inside the transaction of its caller, who is the only writer.
#pragma once

#include <cstdint>

#include "results/store/database.hpp"

namespace soakrig::store {

// Answers the number of chunks made. Damaged frames are left out, with a gap event each.
[[nodiscard]] Result<std::uint64_t> seal_tail(Database& database);

}  // namespace soakrig::store
