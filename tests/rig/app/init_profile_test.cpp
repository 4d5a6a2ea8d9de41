// SPDX-License-Identifier: Apache-2.0
#include "rig/app/init_profile.hpp"

#include "rig/plan/profile.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

FoundMachine machine() {
  FoundMachine out;
  out.title = "Some Board";
  out.cores = 4;
  out.free_memory = std::uint64_t{4} << 30;
  out.shape = "stories-15m";
  out.channels = {{"soc.temperature", "Cel", true, 47.4, ""},
                  {"board.power", "W", false, 0, "no rail in /sys/class/hwmon"},
                  {"limiter.thermal.processor_state", "{state}", true, 0, ""},
                  {"cpu.usage", "%", true, 3, ""}};
  return out;
}

RunSpec read(const std::string& text) {
  const auto profile = plan::read_profile(text, "first.toml");
  INFO(text);
  for (const Error& fault : profile.faults) UNSCOPED_INFO(fault.message());
  REQUIRE(profile.ok());
  return profile.spec;
}

using soakrig::test::has;

}  // namespace

TEST_CASE("the profile is a good one and uses what was found") {
  const std::string text = write_profile(machine());
  const RunSpec spec = read(text);
  CHECK(spec.workloads[0].model == "stories-15m");
  CHECK(has(text, "threads = 4"));
  REQUIRE(spec.boards[0].limits.size() == 1);
  CHECK(spec.boards[0].limits[0].channel == "soc.temperature");
  CHECK(has(text, "# Some Board: 4 cores, 4096 MiB of memory free."));
  CHECK(has(text, "# Readable: soc.temperature, limiter.thermal.processor_state."));
  CHECK(has(text, "#   - board.power: no rail in /sys/class/hwmon"));
}

TEST_CASE("without a temperature there is no limit on it, and the reason stands there") {
  FoundMachine bare = machine();
  bare.channels[0] = {"soc.temperature", "Cel", false, 0, "no zone"};
  const std::string text = write_profile(bare);
  CHECK(read(text).boards[0].limits.empty());
  CHECK(has(text, "#   - soc.temperature: no zone"));
}

TEST_CASE("a machine that shows nothing still gets a profile") {
  FoundMachine nothing;
  nothing.shape = "stories-15m";
  const std::string text = write_profile(nothing);
  read(text);
  CHECK(has(text, "# Readable: none of the telling ones."));
}

TEST_CASE("text from the machine cannot leave its comment") {
  FoundMachine hostile = machine();
  hostile.title = "x\n[soak]\nseed = 7\r";
  hostile.channels[1].reason = std::string("a\nname = \"evil\"\n") + std::string(5000, 'y');
  const std::string text = write_profile(hostile);
  const RunSpec spec = read(text);
  CHECK(spec.seed == 1);
  CHECK(spec.name == "first");
}
