// SPDX-License-Identifier: Apache-2.0
//
// The virtual board as a kernel would show it: files below a folder, with the marker file that
// makes every reader call them simulated. Files that change are rewritten in place, never replaced,
// so a reader that opened them once goes on seeing new values, as with sysfs; at every instant the
// text is a whole value.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/virtual/thermal_model.hpp"

namespace soakrig::virtual_bench {

// What the files say now.
struct BoardReading {
  double temperature = 0;  // Cel
  std::size_t cooling = 0;
  double power = 0;   // W
  double uptime = 0;  // s
};

// Channels whose file can freeze or vanish, sorted: fault targets.
[[nodiscard]] std::vector<std::string> tree_channels();

// Owns the open files; the tree itself stays when it goes, as evidence. Not thread-safe.
class BoardTree {
 public:
  // Makes what is missing below `root`. Errc::busy when the folder holds anything but an old tree
  // of ours: a bench never writes into somebody's data.
  [[nodiscard]] static Result<BoardTree> create(const std::string& root,
                                                const ThermalParameters& model, int cores);
  BoardTree(BoardTree&&) noexcept;
  BoardTree& operator=(BoardTree&&) noexcept;
  ~BoardTree();

  void update(const BoardReading& reading);
  // From now on the channel's file keeps its text (true) or follows again.
  void freeze(const std::string& channel, bool frozen);
  // The channel's file empties and disappears, or comes back.
  void vanish(const std::string& channel, bool gone);

  [[nodiscard]] const std::string& root() const;

 private:
  struct Impl;
  explicit BoardTree(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace soakrig::virtual_bench
