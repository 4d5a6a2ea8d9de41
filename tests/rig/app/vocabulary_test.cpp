// SPDX-License-Identifier: Apache-2.0
//
// Words that the profile reader judges without asking their owners (it may not know them): here the
// owners are asked, so that neither list can drift.
#include "rig/instruments/connect.hpp"
#include "rig/plan/profile.hpp"
#include "rig/plan/virtual_keys.hpp"
#include "rig/virtual/faults.hpp"
#include "tests/support/catch.hpp"
#include "workloads/shell/injection.hpp"

using namespace soakrig;

namespace {
bool profile_takes(const std::string& more) {
  return plan::read_profile(
             "[workload.chat]\nkind = \"llm\"\n" + more + "[[phase]]\nsoak = \"1h\"\nwork = []\n",
             "p.toml")
      .ok();
}
}  // namespace

TEST_CASE("a fault that the profile takes is one that the bench takes") {
  for (const auto& kind : plan::virtual_fault_kinds()) {
    std::string text(kind.name);
    if (kind.target == plan::VirtualFaultKind::Target::workload) text += ":chat";
    if (kind.target == plan::VirtualFaultKind::Target::channel) text += ":soc.temperature";
    if (kind.target == plan::VirtualFaultKind::Target::device) text += ":meter";
    text += "@10s";
    INFO(text);
    CHECK(plan::parse_virtual_fault(text).has_value());
    CHECK(virtual_bench::parse_fault(text).has_value());
  }
  for (const char* bad : {"melt:chat@10s", "crash@10s", "crash:chat@10s+5s", "chamber-stall:x@1s",
                          "crash:chat", "late@1s"}) {
    INFO(bad);
    CHECK(!plan::parse_virtual_fault(bad).has_value());
    CHECK(!virtual_bench::parse_fault(bad).has_value());
  }
}

TEST_CASE("trouble that the profile takes is trouble that the workload takes") {
  for (const char* text :
       {"crash@1s", "hang@1s", "garbage@1s", "silent@1s", "endless-line@1s", "exit:3@1s", "leak@1s",
        "error@1s", "error-small@1s", "exit@1s", "crash:1@1s", "exit:256@1s", "melt@1s", "crash"}) {
    INFO(text);
    CHECK(profile_takes("inject = [\"" + std::string(text) + "\"]\n") ==
          workloads::parse_injection(text).has_value());
  }
}

TEST_CASE("an address that the profile takes is one that the instruments take") {
  for (const char* text :
       {"tcp://host", "tcp://10.0.0.7:502", "tcp://[::1]:502?unit=3", "tcp://host:502?unit=1",
        "rtu:///dev/ttyUSB0?baud=9600&unit=1", "rtu+tcp://10.0.0.7:10001?unit=1"}) {
    INFO(text);
    CHECK(profile_takes("[chamber]\nconnect = \"" + std::string(text) + "\"\n"));
    CHECK(instruments::parse_connect(text).has_value());
  }
}

TEST_CASE("an address that the instruments refuse is one that the profile refuses") {
  for (const char* text : {"host:502", "rtu://ttyUSB0", "rtu+tcp://host", "serial:///dev/ttyS0"}) {
    INFO(text);
    CHECK_FALSE(profile_takes("[chamber]\nconnect = \"" + std::string(text) + "\"\n"));
    CHECK_FALSE(instruments::parse_connect(text).has_value());
  }
}
