// SPDX-License-Identifier: Apache-2.0
#include "rig/app/probe_listing.hpp"

#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

probes::FakeFs board() {
  return probes::FakeFs({{"/sys/class/thermal/thermal_zone0/type", "cpu-thermal"},
                         {"/sys/class/thermal/thermal_zone0/temp", "48125"},
                         {"/proc/stat", "cpu  200 0 100 700 0 0 0 0 0 0\n"}});
}

}  // namespace

TEST_CASE("channels are read twice, so that rates have a value") {
  probes::FakeFs fs = board();
  FakeClock clock;
  int pauses = 0;
  const auto channels = read_channels(fs, clock, 100 * kMillisecond, [&] {
    ++pauses;
    clock.advance(kSecond);
    fs.set("/proc/stat", "cpu  250 0 100 750 0 0 0 0 0 0\n");
  });
  CHECK(pauses == 1);
  const auto* usage = find_channel(channels, "cpu.usage");
  REQUIRE(usage != nullptr);
  CHECK(to_string(usage->state) == "good");
  CHECK(usage->value == 50.0);
  CHECK(usage->period == kSecond);
  CHECK(find_channel(channels, "soc.temperature")->value == 48.125);
  CHECK(find_channel(channels, "no.such") == nullptr);
  CHECK(find_channel(channels, "cpu.frequency")->reason.find("cpufreq") != std::string::npos);
}

TEST_CASE("the JSON has the documented keys, and null where there is no value") {
  probes::FakeFs fs = board();
  FakeClock clock;
  const std::string json = channel_json(read_channels(fs, clock, kSecond, [] {}));
  CHECK(json.find(R"("name": "soc.temperature")") != std::string::npos);
  CHECK(json.find(R"("value": 48.125)") != std::string::npos);
  CHECK(json.find(R"("value": null)") != std::string::npos);
  CHECK(json.find(R"("provenance": "replayed")") != std::string::npos);
  CHECK(json.find(R"("t": "2026-)") != std::string::npos);
}

TEST_CASE("the table groups what is there and lists what is missing last") {
  probes::FakeFs fs = board();
  FakeClock clock;
  const std::string table = channel_table(read_channels(fs, clock, kSecond, [] {}));
  const auto zone = table.find("thermal_zone (every");
  const auto missing = table.find("missing here");
  REQUIRE(zone != std::string::npos);
  REQUIRE(missing != std::string::npos);
  CHECK(zone < missing);
  CHECK(table.find("cpu.frequency") > missing);
  CHECK(table.find("48.12 Cel") != std::string::npos);
}

TEST_CASE("values for people") {
  CHECK(format_reading(2.4e9, "Hz") == "2.4 GHz");
  CHECK(format_reading(3.5 * 1024 * 1024 * 1024, "By") == "3.5 GiB");
  CHECK(format_reading(12, "{count}") == "12 count");
  CHECK(format_reading(1, "{state}") == "1");
  CHECK(format_reading(48.125, "Cel") == "48.12 Cel");
  CHECK(format_reading(86400.25, "s") == "86400 s");
  CHECK(format_reading(0, "Hz") == "0 Hz");
}
