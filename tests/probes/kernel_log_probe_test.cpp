// SPDX-License-Identifier: Apache-2.0
#include "probes/kernel_log_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

TEST_CASE("a record comes apart") {
  const auto record = parse_kernel_record("6,339,5140900,-;NET: registered\n SUBSYSTEM=acpi\n");
  REQUIRE(record.has_value());
  CHECK(record->usec == 5140900);
  CHECK(record->text == "NET: registered");
  for (const char* text : {"", ";", "6;x", "6,1;x", "6,1,x,-;y", "6,1,-5,-;y"}) {
    CHECK_FALSE(parse_kernel_record(text).has_value());
  }
}

TEST_CASE("classified records become events and are counted, others are not") {
  FakeFs fs(Provenance::measured);
  fs.log("6,1,1000000,-;usb 1-1: new device");
  fs.log("3,2,2500000,-;Out of memory: Killed process 7 (llm)");
  fs.log("EPIPE");
  const auto probe = make_kernel_log(fs);
  Reading reading(*probe, 9 * kSecond);
  CHECK(reading.value("kernel.log_events") == 1);
  CHECK(reading.value("kernel.log_lost") == 1);
  std::vector<Event> events;
  probe->drain_events(events);
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == event_kind::kKernelLog);
  CHECK(events[0].severity == Severity::alarm);
  CHECK(events[0].t == 9 * kSecond);
  CHECK(events[0].body == R"json({"class":"oom-kill","monotonic_s":2.5,)json"
                          R"json("text":"Out of memory: Killed process 7 (llm)"})json");
}

TEST_CASE("a flood costs a bound, and what was left out is counted") {
  FakeFs fs(Provenance::measured);
  for (int i = 0; i < 600; ++i) fs.log("3,2,1,-;Kernel panic - not syncing");
  const auto probe = make_kernel_log(fs);
  Reading reading(*probe);
  std::vector<Event> events;
  probe->drain_events(events);
  CHECK(events.size() == 16);
  CHECK(reading.value("kernel.log_events") == 512);
  CHECK(reading.value("kernel.log_lost") == 512 - 16);
  reading.again(2 * kSecond);
  CHECK(reading.value("kernel.log_events") == 600);
}

TEST_CASE("a tree of files has no kernel log") {
  FakeFs fs;
  const auto probe = make_kernel_log(fs);
  CHECK_FALSE(probe->present());
  CHECK(Reading(*probe).state("kernel.log_events") == State::no_data);
}
