// SPDX-License-Identifier: Apache-2.0
//
// Each profile in docs/examples is read without a fault, and says of itself what its name promises.
#include <filesystem>
#include <set>

#include "rig/base/fd.hpp"
#include "rig/plan/timeline.hpp"
#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::messages;

namespace {

const std::string kFolder = test::source_dir() + "/docs/examples/";
const std::set<std::string> kExamples = {"cameras-and-chat", "claims",        "cold-start",
                                         "damp-heat",        "demo",          "derating-ladder",
                                         "dry-heat",         "hybrid",        "llama-server",
                                         "operating-limit",  "overnight-60C", "temperature-change",
                                         "this-machine",     "trouble",       "two-boards",
                                         "update"};

RunSpec example(const std::string& name) {
  const std::string file = kFolder + name + ".toml";
  const auto text = read_file(file);
  REQUIRE(text.has_value());
  const Profile profile = read_profile(*text, file);
  INFO(messages(profile));
  REQUIRE(profile.ok());
  return profile.spec;
}

bool uses_virtual_parts(const RunSpec& spec) {
  bool any = spec.chamber && spec.chamber->connect.starts_with("virtual");
  for (const BoardSpec& board : spec.boards) any = any || board.sysroot.starts_with("virtual");
  return any;
}

}  // namespace

TEST_CASE("every example is listed here, and each is a good profile") {
  std::set<std::string> present;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".toml") present.insert(entry.path().stem().string());
  }
  CHECK(present == kExamples);
  for (const std::string& name : kExamples) {
    INFO(name);
    CHECK(!example(name).phases.empty());
  }
}

TEST_CASE("the demo has two ambients, a reference, claims and less than three minutes of soak") {
  const RunSpec demo = example("demo");
  REQUIRE(demo.phases.size() == 2);
  CHECK(demo.phases[0].ambient == 25.0);
  CHECK(demo.phases[0].reference);
  CHECK(demo.phases[1].ambient == 70.0);
  CHECK(demo.phases[0].soak + demo.phases[1].soak <= 150 * kSecond);
  CHECK(demo.rules.window == 5 * kSecond);
  CHECK(!demo.boards[0].claims.empty());
  CHECK(uses_virtual_parts(demo));
}

TEST_CASE("this-machine has no virtual part") {
  const RunSpec spec = example("this-machine");
  CHECK(!uses_virtual_parts(spec));
  CHECK(!spec.chamber);
}

TEST_CASE("the climatic ones have the shape of their test, and trip on a board that is too hot") {
  for (const char* name : {"cold-start", "damp-heat", "dry-heat", "temperature-change"}) {
    INFO(name);
    const RunSpec spec = example(name);
    REQUIRE(spec.chamber);
    CHECK(spec.chamber->safe_temperature);
    CHECK(spec.boards[0].limits[0].action == LimitAction::trip);
    CHECK(spec.phases[0].reference);
    CHECK(spec.phases.back().ambient == 25.0);  // nothing is left hot, cold or damp
    const auto text = read_file(kFolder + name + ".toml").value();
    CHECK(text.find("shaped like") != std::string::npos);
    CHECK(text.find("compliant") == std::string::npos);
    CHECK(text.find("not the safety device") != std::string::npos);
  }
  CHECK(example("cold-start").phases[1].work.empty());  // cold through before it starts
  CHECK(example("cold-start").phases[2].ambient == -25.0);
  CHECK(example("dry-heat").phases[1].soak == 16 * kHour);
  CHECK(example("damp-heat").phases[2].humidity == 93.0);
  CHECK_FALSE(example("damp-heat").phases[1].humidity);  // warm before it is damp
  CHECK(example("temperature-change").phases[1].ramp_k_per_s == Approx(3.0 / 60.0));
}

TEST_CASE("cameras and a model are soaked together after the cameras alone") {
  const RunSpec spec = example("cameras-and-chat");
  CHECK(!uses_virtual_parts(spec));
  CHECK(spec.phases[0].reference);
  CHECK(spec.phases[0].work == std::vector<std::string>{"cameras"});
  CHECK(spec.phases[1].work == std::vector<std::string>{"cameras", "chat"});
}

TEST_CASE("the ladder climbs from the reference to its top") {
  const RunSpec ladder = example("derating-ladder");
  REQUIRE(ladder.phases.size() == 12);
  CHECK(ladder.phases[0].reference);
  CHECK(ladder.phases[1].ambient == 25.0);
  CHECK(ladder.phases[10].name == "rung#10");
  CHECK(ladder.phases[10].ambient == 70.0);
}

TEST_CASE("the operating limit is searched from a cold reference, and left again") {
  const RunSpec search = example("operating-limit");
  REQUIRE(search.phases.size() == 1 + 9 + 8 + 1);
  CHECK(search.phases[0].reference);
  CHECK(search.phases[1].ambient == 40.0);
  CHECK(search.phases[9].ambient == 80.0);
  CHECK(search.phases[9].search->keep == 0.9);
  CHECK(search.phases[10].search->back);
  CHECK(search.phases[10].ambient == 75.0);
  CHECK(search.phases.back().ambient == 25.0);
  CHECK(search.phases[1].settle.board_over == 10 * kMinute);
  CHECK(search.boards[0].limits[0].action == LimitAction::trip);
}

TEST_CASE("the others are what they are called") {
  CHECK(example("two-boards").boards.size() == 2);
  const RunSpec night = example("overnight-60C");
  CHECK(night.phases.back().ambient == 60.0);
  CHECK(make_timeline(night).total > 8 * kHour);
  CHECK(!example("trouble").virtual_bench.faults.empty());
}
