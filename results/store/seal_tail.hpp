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

// Gives the pages of the former tail back where that is cheap: in a file of at most 64 MiB of which
// more than a tenth is unused. Outside a transaction; nothing happens when it does not work out.
void compact(Database& database);

}  // namespace soakrig::store
