// SPDX-License-Identifier: Apache-2.0
#include "probes/probe_base.hpp"

#include <array>

#include "tests/support/catch.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

TEST_CASE("a taken name gets a number on the part that names the thing") {
  const std::vector<ChannelInfo> taken = {{"thermal.cpu.temperature", "", "", {}, ""},
                                          {"thermal.cpu_2.temperature", "", "", {}, ""},
                                          {"gpu.load", "", "", {}, ""}};
  CHECK(unique_name("thermal.cpu.temperature", taken) == "thermal.cpu_3.temperature");
  CHECK(unique_name("gpu.load", taken) == "gpu.load_2");
  CHECK(unique_name("npu.load", taken) == "npu.load");
}

TEST_CASE("an attribute converts exactly and keeps to its bounds") {
  FakeFs fs({{"/a", "45123\n"}});
  Attribute milli{.file = fs.open("/a"), .divide = 1000, .low = 0, .high = 50};
  CHECK(milli.read().value == 45.123);
  fs.set("/a", "50001");
  CHECK(milli.read().state == State::error);
  fs.set("/a", "-1");
  CHECK(milli.read().state == State::error);
  fs.remove("/a");
  CHECK(milli.read().state == State::no_data);
}

TEST_CASE("a row starts absent and refuses what is no number") {
  std::array<double, 2> values = {7, 7};
  std::array<State, 2> states = {State::good, State::good};
  Row row(values, states);
  CHECK(row.state(0) == State::no_data);
  CHECK(row.value(1) == 0);
  row.put(0, 1.5);
  row.put(1, 0.0 / row.value(1));
  CHECK(row.state(0) == State::good);
  CHECK(row.value(0) == 1.5);
  CHECK(row.state(1) == State::error);
  CHECK(row.value(1) == 0);
}
