// SPDX-License-Identifier: Apache-2.0
//
// Turns whatever nonsense a peer prints into few events: one for each burst, with the number of
// lines and a short, escaped example. It must not know what a valid line is. Pure; time is passed
// in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rig/base/time.hpp"

namespace soakrig::agent {

// At most `max_bytes` of `text`, with everything but printable ASCII as \xNN; "…" where it was cut.
[[nodiscard]] std::string printable_excerpt(std::string_view text, std::size_t max_bytes);

class GarbageMeter {
 public:
  static constexpr Nanos kQuiet = 2 * kSecond;      // a burst is over after this much silence
  static constexpr Nanos kInterval = 10 * kSecond;  // at most one report in this time
  static constexpr std::size_t kExample = 120;      // bytes of the example, before escaping

  struct Report {
    std::uint64_t lines = 0;
    std::uint64_t bytes = 0;
    std::string example;  // of the burst's first line
    std::string reason;   // what was wrong with that line
  };

  void add(std::string_view line, std::string_view reason, Nanos now);
  // The report that is due at `now`; `all` = whatever is pending, as at the end of a process.
  [[nodiscard]] std::optional<Report> take(Nanos now, bool all = false);
  // When take() will have something; absent while nothing is pending.
  [[nodiscard]] std::optional<Nanos> due() const;

 private:
  Report pending_;
  Nanos first_ = 0, last_ = 0;
  std::optional<Nanos> reported_;
};

}  // namespace soakrig::agent
