// SPDX-License-Identifier: Apache-2.0
//
// [[phase]] (rig/plan/section_phase.cpp).
#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::fault;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read_with;

namespace {
// One more phase with this in it.
std::string phase_fault(const std::string& keys, const std::string& before = "") {
  return fault(before + "[[phase]]\nname = \"p\"\n" + keys);
}
const std::string kChamber =
    "[chamber]\nconnect = \"virtual\"\nlimits = { low = -10, high = 70 }\n";
const std::string kRest = "soak = \"1h\"\nwork = [\"chat\"]\n";
}  // namespace

TEST_CASE("a ladder climbs by its step, and its last rung is held to the limits") {
  const std::string ladder = "[[phase]]\nname = \"rung\"\nambient = 20\nstep = 10\n" + kRest;
  const auto rungs = read_with(kChamber + ladder + "repeat = 6\n");
  INFO(messages(rungs));
  REQUIRE(rungs.ok());
  REQUIRE(rungs.spec.phases.size() == 7);
  CHECK(rungs.spec.phases[1].ambient == 20.0);
  CHECK(rungs.spec.phases[6].name == "rung#6");
  CHECK(rungs.spec.phases[6].ambient == 70.0);
  const auto beyond = read_with(kChamber + ladder + "repeat = 7\n");
  CHECK(messages(beyond).find("80 Cel is above") != std::string::npos);
  CHECK(phase_fault("step = 10\n" + kRest).find("no ladder") != std::string::npos);
  CHECK(phase_fault("ambient = 20\nstep = 10\n" + kRest, kChamber).find("no ladder") !=
        std::string::npos);
}

TEST_CASE("a phase is read with all its keys") {
  const auto p =
      read_with(kChamber +
                "[[phase]]\nname = \"Hot-55\"\nambient = 55\nhumidity = 40\nramp = \"2K/min\"\n"
                "tolerance = 0.5\nreference = true\n" +
                kRest);
  INFO(messages(p));
  REQUIRE(p.ok());
  REQUIRE(p.spec.phases.size() == 2);
  const PhaseSpec& phase = p.spec.phases[1];
  CHECK(phase.name == "Hot-55");
  CHECK(phase.ambient == 55.0);
  CHECK(phase.humidity == 40.0);
  CHECK(phase.ramp_k_per_s == Approx(2.0 / 60));
  CHECK(phase.tolerance == 0.5);
  CHECK(phase.soak == kHour);
  CHECK(phase.reference);
}

TEST_CASE("phases without a name are numbered") {
  const auto p = read_with("[[phase]]\n" + kRest);
  REQUIRE(p.ok());
  CHECK(p.spec.phases[1].name == "phase2");
}

TEST_CASE("a repeated phase is expanded") {
  const auto p = read_with("[[phase]]\nname = \"p\"\nrepeat = 3\n" + kRest);
  REQUIRE(p.ok());
  REQUIRE(p.spec.phases.size() == 4);
  CHECK(p.spec.phases[1].name == "p");
  CHECK(p.spec.phases[2].name == "p#2");
  CHECK(p.spec.phases[3].name == "p#3");
  CHECK(p.spec.phases[3].soak == kHour);
  CHECK(phase_fault("repeat = 0\n" + kRest) == "phase p repeat is out of range");
  CHECK(phase_fault("repeat = 10000\nsoak = \"1s\"\nwork = []\n") == "more than 10000 phases");
}

TEST_CASE("the soak is a positive time, and a run ends within five years") {
  CHECK(phase_fault("soak = \"0s\"\nwork = []\n") == "phase p soak is out of range");
  CHECK(phase_fault("soak = \"-1h\"\nwork = []\n").starts_with("phase p soak: '-1h' is not"));
  CHECK(phase_fault("soak = 3600\nwork = []\n") == "phase p soak is a bare number");
  CHECK(phase_fault("soak = \"366d\"\nrepeat = 4\nwork = []\n") == "");
  CHECK(phase_fault("soak = \"366d\"\nrepeat = 10000\nwork = []\n") ==
        "the phases together soak for more than five years");
}

TEST_CASE("a phase names workloads that exist, each once") {
  CHECK(phase_fault("soak = \"1h\"\n") == "phase p has no 'work'");
  CHECK(phase_fault("soak = \"1h\"\nwork = []\n") == "");
  const auto p = read_with("[[phase]]\nname = \"p\"\nsoak = \"1h\"\nwork = [\"chta\"]\n");
  REQUIRE(p.faults.size() == 1);
  CHECK(p.faults[0].message() ==
        "dir/night.toml:12: phase p names workload 'chta', which is not defined; did you mean "
        "'chat'?");
  CHECK(phase_fault("soak = \"1h\"\nwork = [\"chat\", \"chat\"]\n") ==
        "phase p names workload 'chat' twice");
}

TEST_CASE("air is set only where there is a chamber that can") {
  CHECK(phase_fault("ambient = 55\n" + kRest) == "phase p sets ambient, but there is no [chamber]");
  CHECK(phase_fault("humidity = 55\n" + kRest) ==
        "phase p sets humidity, but there is no [chamber]");
  CHECK(phase_fault("ambient = 55\n" + kRest, kChamber) == "");
  CHECK(phase_fault("ambient = 70\n" + kRest, kChamber) == "");
  CHECK(phase_fault("ambient = 70.5\n" + kRest, kChamber) ==
        "phase p ambient 70.5 Cel is above the chamber's limit of 70 Cel");
  CHECK(phase_fault("ambient = -11\n" + kRest, kChamber) ==
        "phase p ambient -11 Cel is below the chamber's limit of -10 Cel");
  CHECK(phase_fault("ramp = \"2K/min\"\n" + kRest, kChamber) ==
        "phase p has a ramp, but no ambient to ramp to");
  CHECK(phase_fault("ambient = 55\nramp = \"240K/min\"\n" + kRest, kChamber) == "");
  CHECK(phase_fault("ambient = 55\nramp = \"241K/min\"\n" + kRest, kChamber) ==
        "phase p ramps faster than [chamber] slew_max, so no reading would be believed");
  CHECK(phase_fault("ambient = \"55C\"\n" + kRest, kChamber) == "phase p ambient is text");
  CHECK(phase_fault("humidity = 101\n" + kRest, kChamber) == "phase p humidity is out of range");
}

TEST_CASE("names of phases differ, and one at most is the reference") {
  CHECK(fault("[[phase]]\nname = \"hot\"\n" + kRest) ==
        "two phases are called 'hot' (the other is in line 5)");
  CHECK(phase_fault("reference = true\n" + kRest) == "");
  CHECK(phase_fault("reference = true\nrepeat = 2\n" + kRest) ==
        "phase p is not the only reference phase");
  CHECK(phase_fault("reference = true\n" + kRest + "[[phase]]\nname = \"q\"\nreference = true\n" +
                    kRest) == "phase q is not the only reference phase");
}

TEST_CASE("a profile without a phase says so") {
  CHECK(messages(soakrig::plan::testing::read("[workload.a]\nkind = \"llm\"\n"))
            .find("has no 'phase'") != std::string::npos);
}

TEST_CASE("a search is a ladder with its way back") {
  const std::string ladder =
      "[[phase]]\nname = \"up\"\nambient = 20\nstep = 10\nsearch = \"90%\"\n";
  const auto p = read_with(kChamber + ladder + "repeat = 4\n" + kRest);
  INFO(messages(p));
  REQUIRE(p.ok());
  REQUIRE(p.spec.phases.size() == 1 + 4 + 3);
  const std::vector<std::pair<std::string, double>> expected = {
      {"up", 20},        {"up#2", 30},      {"up#3", 40},     {"up#4", 50},
      {"up#back-3", 40}, {"up#back-2", 30}, {"up#back-1", 20}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const PhaseSpec& phase = p.spec.phases[i + 1];
    CHECK(phase.name == expected[i].first);
    CHECK(phase.ambient == expected[i].second);
    REQUIRE(phase.search);
    CHECK(phase.search->keep == 0.9);
    CHECK(phase.search->of == 4);
    CHECK(phase.search->back == (i >= 4));
    CHECK(phase.search->rung == (i < 4 ? static_cast<int>(i) + 1 : 7 - static_cast<int>(i)));
  }
  CHECK(phase_fault("search = \"90%\"\nambient = 20\n" + kRest, kChamber).find("no ladder") !=
        std::string::npos);
  CHECK(phase_fault(
            "search = \"90%\"\nambient = 20\nstep = 1\nrepeat = 3\nsoak = \"1h\"\nwork = []\n",
            kChamber)
            .find("no work") != std::string::npos);
}
