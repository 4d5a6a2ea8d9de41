// SPDX-License-Identifier: Apache-2.0
#include "workloads/cycle/cycle_class.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;

TEST_CASE("a cycle's class follows from what was seen at its end") {
  struct {
    const char* found;
    bool healthy, update_ended;
    CycleClass kind;
  } const cases[]{
      {"5", true, true, CycleClass::updated},
      {"4", true, true, CycleClass::rolled_back},
      {"3", true, true, CycleClass::stuck},   // at neither
      {"", true, true, CycleClass::stuck},    // well, but it cannot say what it is
      {"5", false, true, CycleClass::stuck},  // it answers, but is not well
      {"", false, true, CycleClass::bricked},
      {"5", true, false, CycleClass::stuck},  // the update never ended
      {"", false, false, CycleClass::bricked},
  };
  for (const auto& c : cases) {
    INFO(c.found << " " << c.healthy << " " << c.update_ended);
    CHECK(classify({"4", "5", c.found, c.healthy, c.update_ended}) == c.kind);
  }
  CHECK(to_string(CycleClass::rolled_back) == "rolled-back");
}
