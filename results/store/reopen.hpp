// SPDX-License-Identifier: Apache-2.0
//
// Takes over the file of an interrupted run, so that it can be gone on with: proves that its owner
// is dead and that the file is sound, seals the tail that the dead writer left, and makes another
// process its owner, all in one exclusive transaction: of two that try, one is refused.
#pragma once

#include <string>
#include <vector>

#include "results/store/model.hpp"
#include "rig/base/result.hpp"

namespace soakrig::store {

// What a file knows already: a writer that goes on with it gives out no id twice.
struct KnownNames {
  std::vector<std::string> boards{""};    // by id; 0 is the rig
  std::vector<SourceRow> sources;         // by id
  std::vector<ChannelId> first_channels;  // of each source
  ChannelId next_channel = 0;
  std::vector<Cursor> cursors;
};

// Errc::busy: it is being written, or it has ended; Errc::corrupt: what SQLite's quick_check says.
[[nodiscard]] Result<KnownNames> take_over(const std::string& path, const ProcessId& owner);

}  // namespace soakrig::store
