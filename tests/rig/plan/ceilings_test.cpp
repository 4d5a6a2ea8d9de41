// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/ceilings.hpp"

#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::kGood;
using soakrig::plan::testing::messages;

namespace {

RunSpec with_ceilings(const std::string& text) {
  const Profile p = read_profile(text, "dir/night.toml", {}, {}, Additions{.ceilings = true});
  INFO(messages(p));
  REQUIRE(p.ok());
  return p.spec;
}

std::vector<std::string> names(const RunSpec& spec) {
  std::vector<std::string> out;
  for (const PhaseSpec& phase : spec.phases) out.push_back(phase.name);
  return out;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("ceilings: bandwidth and peak are measured behind the phase, in its air") {
  const RunSpec spec = with_ceilings(
      "[verdict]\nwindow = \"2s\"\nshort_window = \"1s\"\n[chamber]\nconnect = \"virtual\"\nlimits = { low = 0, high = 70 "
      "}\n[workload.chat]\nkind = \"llm\"\n"
      "[[phase]]\nname = \"cold\"\nambient = 25\nsoak = \"1h\"\nwork = [\"chat\"]\nreference = "
      "true\n[[phase]]\nname = \"hot\"\nambient = 60\nsoak = \"1h\"\nwork = [\"chat\"]\n"
      "[[phase]]\nname = \"again\"\nambient = 25\nsoak = \"1h\"\nwork = [\"chat\"]\n"
      "[[phase]]\nname = \"idle\"\nambient = 10\nsoak = \"1h\"\nwork = []\n");
  CHECK(names(spec) == Names{"cold", "cold-read", "cold-products", "hot", "hot-read",
                             "hot-products", "again", "idle"});
  CHECK(spec.phases[4].ambient == 60.0);
  CHECK(spec.phases[4].soak == 15 * kMinute);
  CHECK_FALSE(spec.phases[1].reference);
  CHECK(spec.find_workload("ceiling-products")->precision == "int8");
  CHECK(spec.find_workload("ceiling-read")->unit == "By");
}

TEST_CASE("ceilings: four windows at least, and no longer than the phase itself") {
  CHECK(with_ceilings(std::string(kGood)).phases[1].soak == 20 * kSecond);  // windows of 60 s
  const RunSpec spec = with_ceilings("[verdict]\nwindow = \"2s\"\nshort_window = \"1s\"\n" + std::string(kGood));
  CHECK(spec.phases[1].soak == 8 * kSecond);
}

TEST_CASE("ceilings: what the profile measures itself is not measured again") {
  const RunSpec spec = with_ceilings(std::string(kGood) +
                                     "[workload.stream]\nkind = \"memory\"\n[[phase]]\nname = "
                                     "\"s\"\nsoak = \"9s\"\nwork = [\"stream\"]\n");
  CHECK(names(spec) == Names{"hot", "hot-products", "s"});
  const Profile without = read_profile(kGood, "dir/night.toml");
  CHECK(without.spec.phases.size() == 1);
}

TEST_CASE("ceilings: a profile that is wrong has its own faults and no others") {
  for (const char* text : {"", "phase = 3", "workload = 3", "[[phase]]\nname = 4\nwork = 7",
                           "[workload.a]\nkind = 3\n[[phase]]\nwork = [1]\nsoak = 3"}) {
    const Profile plain = read_profile(text, "p.toml");
    const Profile more = read_profile(text, "p.toml", {}, {}, Additions{.ceilings = true});
    INFO(text);
    CHECK_FALSE(more.ok());
    CHECK(more.faults.front().message() == plain.faults.front().message());
  }
}
