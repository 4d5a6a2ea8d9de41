// SPDX-License-Identifier: Apache-2.0
//
// An agent, living or not, that has a folder on a board: who it is, whether somebody drives it, and
// how much it still has to say. Said by `soakrig-agent agents` as a line of JSON; hostile until
// parsed. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig {

struct Resident {
  std::string name;                 // of its folder, which begins with the run's id
  std::int64_t pid = 0;             // 0 = it does not live
  std::optional<Nanos> alone = {};  // it lives, and has had no controller for so long
  std::uint64_t spool_bytes = 0;    // on disk, and not acknowledged

  // The run that it was started for; empty where its folder is no run's.
  [[nodiscard]] std::string run() const;
  [[nodiscard]] bool driven() const { return pid != 0 && !alone; }

  static constexpr std::size_t kMost = 1000;  // of one board, read back
};

[[nodiscard]] std::string encode(const Resident& resident);  // one line, with its end
// Errc::protocol where a line is none of these, or there are too many.
[[nodiscard]] Result<std::vector<Resident>> parse_residents(std::string_view text);

}  // namespace soakrig
