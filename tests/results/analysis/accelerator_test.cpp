// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/accelerator.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {
const Interval kOver{0, 60 * kSecond};

std::string idle(const std::string& channel, double load, const std::string& device) {
  return idle_accelerator(Plant().channel(channel, "%", constant(load), 0, 60).board(), device,
                          kOver);
}
}  // namespace

TEST_CASE("accelerator: one that sat idle is named with its load") {
  CHECK(idle("gpu.load", 0.4, "gpu") == "the gpu sat idle: gpu.load 0.4 % on average");
  CHECK_FALSE(idle("npu.core1.load", 3, "npu").empty());
  CHECK_FALSE(idle("devfreq.dla0.load", 3, "dla").empty());
  CHECK_FALSE(idle("drm.card1.load", 3, "gpu").empty());
}

TEST_CASE(
    "accelerator: one that worked, the CPU, and one that cannot be seen are not called idle") {
  CHECK(idle("gpu.load", 60, "gpu").empty());
  CHECK(idle("gpu.load", 0, "cpu").empty());
  CHECK(idle("gpu.load", 0, "").empty());
  CHECK(idle("drm.card1.load", 0, "npu").empty());
  CHECK(idle("gpu.frequency", 0, "gpu").empty());
  Plant two;
  two.channel("npu.core0.load", "%", constant(0), 0, 60)
      .channel("npu.core1.load", "%", constant(90), 0, 60);
  CHECK(idle_accelerator(two.board(), "npu", kOver).empty());  // one of its cores suffices
}
