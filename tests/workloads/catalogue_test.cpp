// SPDX-License-Identifier: Apache-2.0
#include "workloads/catalogue.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;

TEST_CASE("catalogue: sorted, names once, each makes a command") {
  const auto entries = catalogue();
  REQUIRE_FALSE(entries.empty());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) CHECK(entries[i - 1].name < entries[i].name);
    CHECK_FALSE(entries[i].summary.empty());
    CHECK(entries[i].command() != nullptr);
  }
  for (const char* name : {"gemm", "llm", "memory", "mix"}) {
    CHECK(std::ranges::find(entries, name, &WorkloadEntry::name) != entries.end());
  }
}
