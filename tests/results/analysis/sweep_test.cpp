// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/sweep.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

TEST_CASE("sweep: its phases are rows, others are none, and other settings are another sweep") {
  std::vector<PhaseFigures> phases(5);
  phases[0].name = "cold";
  phases[1].name = "s[quant=q4_0,threads=1]";
  phases[2].name = "s[quant=q8_0,threads=1]";
  phases[2].dwell = Interval{20 * kSecond, 40 * kSecond};
  phases[2].work.resize(2);
  phases[2].work[0].name = "chat-2";
  phases[2].work[0].sustained = 7;
  phases[3].name = "s[quant=q4_0]";
  phases[4].name = "t[quant=q4_0,threads=1]";
  Plant plant;
  plant.channel("work.chat-2.memory", "By", pulse(25, 30, 5e8, 3e8), 0, 60);
  plant.channel("work.chat-1.memory", "By", constant(9e9), 0, 60);
  const auto sweeps = find_sweeps(plant.board(), phases);
  REQUIRE(sweeps.size() == 3);
  CHECK(sweeps[0].settings == std::vector<std::string>{"quant", "threads"});
  REQUIRE(sweeps[0].rows.size() == 2);
  CHECK(sweeps[0].rows[1].values == std::vector<std::string>{"q8_0", "1"});
  CHECK(sweeps[0].rows[1].phase == "s[quant=q8_0,threads=1]");
  CHECK(sweeps[0].rows[1].work.sustained == 7.0);
  CHECK(sweeps[0].rows[1].memory == 5e8);  // the most, of its own workload
  CHECK_FALSE(sweeps[0].rows[0].work.sustained);
  CHECK_FALSE(sweeps[0].rows[0].memory);
  CHECK(sweeps[1].settings.size() == 1);
  CHECK(sweeps[2].name == "t");
  BoardJudgement other;
  other.name = "nobody";
  other.phases = phases;
  CHECK(find_sweeps(make_run({plant.board()}, {{"soak", 60}}), other).empty());
}
