// SPDX-License-Identifier: Apache-2.0
//
// One look at a board elsewhere: its agent is brought there and asked for every channel, as a run
// would, for about two seconds; a few settings are read beside it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rig/app/board_snapshot.hpp"
#include "rig/app/probe_listing.hpp"
#include "rig/base/board_address.hpp"
#include "rig/base/resident.hpp"
#include "rig/base/result.hpp"

namespace soakrig::app {

struct RemoteLook {
  std::map<std::string, std::string> facts;
  std::vector<ListedChannel> channels;
  BoardSnapshot snapshot;
  std::vector<Resident> residents;  // of this user

  // Whatever one channel is, the look is.
  [[nodiscard]] Provenance provenance() const;
};

// `sysroot`: a tree on the board in place of its own; empty = its own.
[[nodiscard]] Result<RemoteLook> look_at_board(const BoardAddress& address,
                                               const std::string& sysroot = {});

}  // namespace soakrig::app
