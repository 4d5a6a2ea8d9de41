// SPDX-License-Identifier: Apache-2.0
//
// Takes out of a copy of a run what may not be sent abroad, and notes it in the table `withheld`.
// Internal to results/store: export_copy.cpp makes the copy and looks at the outcome.
#pragma once

#include "results/store/database.hpp"
#include "results/store/export_copy.hpp"

namespace soakrig::store {

// Inside the caller's transaction.
[[nodiscard]] Result<void> redact(Database& copy, const ExportOptions& options, Exported& out);

}  // namespace soakrig::store
