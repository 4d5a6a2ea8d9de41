// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/virtual_keys.hpp"

#include "tests/support/catch.hpp"

using soakrig::plan::parse_virtual_fault;

TEST_CASE("faults of the bench have a kind, a target where it takes one, and a time") {
  const auto fault = parse_virtual_fault("crash:chat@10s");
  REQUIRE(fault.has_value());
  CHECK(fault->kind == "crash");
  CHECK(fault->target == "chat");
  CHECK(fault->takes_workload);
  for (const char* good :
       {"hang:chat@10s", "freeze:soc.temperature@1min", "vanish:soc.temperature@1min+20s",
        "chamber-stall@5s", "chamber-freeze@5s+1s", "meter-stall@5s"}) {
    INFO(good);
    CHECK(parse_virtual_fault(good).has_value());
  }
  for (const char* bad :
       {"", "crash", "crash@10s", "crash:chat", "crash:chat@", "crash:chat@10", "crash:chat@10s+",
        "crash:chat@10s+x", "crash:chat@10s+5s", "freeze:a@10s+x", "freeze@5s",
        "freeze:Not A Channel@5s", "chamber-stall:x@5s", "melt:chat@5s", "@5s", ":@5s"}) {
    INFO(bad);
    CHECK(!parse_virtual_fault(bad).has_value());
  }
}
