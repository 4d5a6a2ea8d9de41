// SPDX-License-Identifier: Apache-2.0
//
// What each workload said of itself when it was ready ("work.ready", docs/formats/events.md): the
// last word of each counts. Texts of a board, so hostile: they are compared and read as numbers,
// never trusted to be there. Pure.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rig/base/event.hpp"

namespace soakrig::analysis {

struct Ready {
  Nanos at = 0;  // run time
  std::map<std::string, std::string> facts;

  // Empty where it said nothing of the kind.
  [[nodiscard]] std::string text(const std::string& key) const;
  // Above zero, else absent.
  [[nodiscard]] std::optional<double> number(const std::string& key) const;
};

// By workload.
[[nodiscard]] std::map<std::string, Ready> ready_facts(std::span<const Event> events,
                                                       std::string_view board);

}  // namespace soakrig::analysis
