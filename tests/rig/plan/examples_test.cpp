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
const std::set<std::string> kExamples = {"demo", "overnight-60C", "this-machine", "trouble",
                                         "two-boards"};

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
  CHECK(demo.phases[1].ambient == 60.0);
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

TEST_CASE("the others are what they are called") {
  CHECK(example("two-boards").boards.size() == 2);
  const RunSpec night = example("overnight-60C");
  CHECK(night.phases.back().ambient == 60.0);
  CHECK(make_timeline(night).total > 8 * kHour);
  CHECK(!example("trouble").virtual_bench.faults.empty());
}
