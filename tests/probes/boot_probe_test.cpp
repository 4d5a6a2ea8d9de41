// SPDX-License-Identifier: Apache-2.0
#include "probes/boot_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const std::string kId = "/proc/sys/kernel/random/boot_id";
const char* const kFirst = "0b25f1a6-43d5-4c7e-9a10-6f8f3d1c2b7a\n";
const char* const kSecondBoot = "ffb5aa21-7d10-4d6a-8a55-000000000001\n";
}  // namespace

TEST_CASE("uptime is read, and a change of boot_id is an event, once") {
  FakeFs fs({{"/proc/uptime", "12345.67 45678.90\n"}, {kId, kFirst}});
  const auto probe = make_boot(fs);
  Reading reading(*probe);
  CHECK(reading.value("board.uptime") == 12345.67);
  std::vector<Event> events;
  probe->drain_events(events);
  CHECK(events.empty());

  fs.set(kId, kSecondBoot);
  reading.again(7 * kSecond);
  reading.again(8 * kSecond);
  probe->drain_events(events);
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == event_kind::kBoot);
  CHECK(events[0].t == 7 * kSecond);
  CHECK(events[0].body == R"({"boot_id":"ffb5aa21-7d10-4d6a-8a55-000000000001",)"
                          R"("previous":"0b25f1a6-43d5-4c7e-9a10-6f8f3d1c2b7a"})");
}

TEST_CASE("text that is no boot_id is not a reboot") {
  CHECK(valid_boot_id("0b25f1a6-43d5-4c7e-9a10-6f8f3d1c2b7a"));
  CHECK_FALSE(valid_boot_id("0b25f1a6"));
  CHECK_FALSE(valid_boot_id(R"(","x":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"));
  FakeFs fs({{"/proc/uptime", "1.0 1.0\n"}, {kId, kFirst}});
  const auto probe = make_boot(fs);
  for (const std::string& text : hostile_texts()) {
    fs.set(kId, text);
    Reading reading(*probe);
  }
  std::vector<Event> events;
  probe->drain_events(events);
  CHECK(events.empty());
}

TEST_CASE("a tree without either has no uptime") {
  FakeFs fs;
  const auto probe = make_boot(fs);
  CHECK_FALSE(probe->present());
  CHECK(Reading(*probe).state("board.uptime") == State::no_data);
}

TEST_CASE("boot survives any text") {
  survives_hostile_texts(FakeFs({{"/proc/uptime", "1.0 1.0\n"}, {kId, kFirst}}),
                         {"/proc/uptime", kId}, [](HostFs& fs) { return make_boot(fs); });
}
