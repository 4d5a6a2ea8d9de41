// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/faults.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::virtual_bench;

TEST_CASE("every kind is read with its target and its time") {
  const auto crash = parse_fault("crash:chat@1min30s");
  REQUIRE(crash);
  CHECK(crash->kind == FaultKind::crash);
  CHECK(crash->target == "chat");
  CHECK(crash->at == 90 * kSecond);
  CHECK(crash->duration == 0);
  CHECK(parse_fault("hang:chat@60s")->kind == FaultKind::hang);
  CHECK(parse_fault("freeze:soc.temperature@5s+10s")->duration == 10 * kSecond);
  CHECK(parse_fault("vanish:cpu.frequency@5s")->kind == FaultKind::vanish);
  CHECK(parse_fault("chamber-stall@5s")->kind == FaultKind::chamber_stall);
  CHECK(parse_fault("chamber-freeze@5s")->kind == FaultKind::chamber_freeze);
  CHECK(parse_fault("meter-stall@5s+1s")->kind == FaultKind::meter_stall);
}

TEST_CASE("a fault is active from its time on, for its duration or for ever") {
  const auto passing = parse_fault("chamber-stall@5s+2s").value();
  CHECK_FALSE(passing.active(5 * kSecond - 1));
  CHECK(passing.active(5 * kSecond));
  CHECK(passing.active(7 * kSecond - 1));
  CHECK_FALSE(passing.active(7 * kSecond));
  CHECK(parse_fault("chamber-stall@5s")->active(1000 * kHour));
}

TEST_CASE("what is no fault is refused with what there is") {
  const auto why = [](const char* text) { return parse_fault(text).error().message(); };
  CHECK(why("crash:chat").find("no time") != std::string::npos);
  CHECK(why("explode@5s").find("kinds: crash, hang") != std::string::npos);
  CHECK(why("crash@5s").find("needs a target") != std::string::npos);
  CHECK(why("freeze:gpu.temperature@5s").find("soc.temperature") != std::string::npos);
  CHECK(why("chamber-stall:x@5s").find("takes no target") != std::string::npos);
  CHECK(why("crash:chat@5").find("5") != std::string::npos);
  CHECK(why("crash:chat@5s+1s").find("no duration") != std::string::npos);
  CHECK(why("chamber-stall@5s+0s").find("duration") != std::string::npos);
}

TEST_CASE("what can happen on the wire happens to a device, with its parameter") {
  const auto late = parse_fault("late=700ms:meter@5s+2s");
  REQUIRE(late);
  CHECK(late->kind == FaultKind::wire);
  CHECK(late->wire.kind == WireKind::late);
  CHECK(late->wire.delay == 700 * kMillisecond);
  CHECK(late->target == "meter");
  CHECK(late->active(6 * kSecond));
  CHECK_FALSE(late->active(7 * kSecond));
  CHECK(parse_fault("exception=11:device12@0s")->wire.code == 11);
  CHECK(parse_fault("gone:relay@1s+1s")->kind == FaultKind::gone);
  for (int i = 1; i < kWireKinds; ++i) {
    const std::string name(to_string(static_cast<WireKind>(i)));
    CHECK(parse_fault(name + ":chamber@1s"));
  }
  for (const char* bad :
       {"late@1s", "late:fridge@1s", "late=x:meter@1s", "none:meter@1s", "exception=256:meter@1s",
        "silent=1s:meter@1s", "gone=1s:meter@1s", "late:device@1s"}) {
    INFO(bad);
    CHECK_FALSE(parse_fault(bad));
  }
}
