// SPDX-License-Identifier: Apache-2.0
#include "probes/rknpu_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const std::string kLoad = "/sys/kernel/debug/rknpu/load";
const char* const kText = "NPU load:  Core0: 61%, Core1: 50%, Core2:  0%,\n";
}  // namespace

TEST_CASE("the load of each core, and their mean") {
  FakeFs fs({{kLoad, kText}});
  const auto probe = make_rknpu(fs);
  Reading reading(*probe);
  CHECK(reading.value("npu.core0.load") == 61);
  CHECK(reading.value("npu.core1.load") == 50);
  CHECK(reading.value("npu.core2.load") == 0);
  CHECK(reading.value("npu.mean_load") == 37);
  fs.set(kLoad, "busy");
  reading.again(2 * kSecond);
  CHECK(reading.state("npu.mean_load") == State::error);
}

TEST_CASE("loads parse, or are absent") {
  CHECK(parse_npu_load("NPU load:  37%\n")->percent[0] == 37);
  CHECK(parse_npu_load(kText)->cores == 3);
  for (const char* text : {"", "NPU load:", "NPU load: 101%", "NPU load: x%", "Core0: 5%"}) {
    CHECK_FALSE(parse_npu_load(text).has_value());
  }
}

TEST_CASE("without the vendor driver the reason says how to look") {
  FakeFs fs;
  const auto probe = make_rknpu(fs);
  CHECK_FALSE(probe->present());
  CHECK(Reading(*probe).info("npu.mean_load").reason.find("debugfs") != std::string::npos);
}

TEST_CASE("NPU load survives any text") {
  survives_hostile_texts(FakeFs({{kLoad, kText}}), {kLoad},
                         [](HostFs& fs) { return make_rknpu(fs); });
}
