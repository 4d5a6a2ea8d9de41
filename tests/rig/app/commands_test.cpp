// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string_view>

#include "rig/app/command.hpp"
#include "tests/support/catch.hpp"

using soakrig::app::Command;
using soakrig::app::commands;

TEST_CASE("The list of commands is sorted, without doubles, each with one line and a function") {
  std::set<std::string_view> seen;
  for (const Command& command : commands()) {
    CAPTURE(command.name);
    CHECK(seen.insert(command.name).second);
    CHECK_FALSE(command.summary.empty());
    CHECK(command.summary.find('\n') == std::string_view::npos);
    CHECK(command.run != nullptr);
  }
  CHECK_FALSE(seen.empty());
  CHECK(std::ranges::is_sorted(commands(), {}, &Command::name));
}
