// SPDX-License-Identifier: Apache-2.0
//
// The few settings of a board elsewhere that `doctor` and `init` look at, read in one go by the
// board's own shell, and then seen through the same interface as this machine's files. What the board
// says is hostile until parsed: bounded, and never a path here.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "probes/host_fs.hpp"

namespace soakrig::app {

struct BoardSnapshot {
  bool root = false;
  unsigned cores = 1;
  std::uint64_t free_memory = 0;             // bytes; 0 = not known
  std::map<std::string, std::string> files;  // by path; "" = there, and not read
};

// What the board's shell is told to run.
[[nodiscard]] std::string snapshot_command();
[[nodiscard]] BoardSnapshot parse_snapshot(std::string_view output);
// `provenance` is what the board's own readings are.
[[nodiscard]] std::unique_ptr<probes::HostFs> open_snapshot(BoardSnapshot snapshot,
                                                            Provenance provenance);

}  // namespace soakrig::app
