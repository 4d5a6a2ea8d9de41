// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/advice.hpp"

#include <algorithm>

#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;

namespace {
bool advised(const std::string& profile, const std::string& part) {
  const auto p = soakrig::plan::testing::read(profile);
  INFO(soakrig::plan::testing::messages(p));
  REQUIRE(p.ok());
  return std::ranges::any_of(advice(p.spec), [&](const std::string& sentence) {
    return sentence.find(part) != std::string::npos;
  });
}
const std::string kWork = "[workload.chat]\nkind = \"llm\"\n";
const std::string kVirtual =
    "[chamber]\nconnect = \"virtual\"\nlimits = { low = 0, high = 60 }\n[[board]]\nsysroot = "
    "\"virtual\"\n";
std::string phase(const std::string& name, const std::string& keys) {
  return "[[phase]]\nname = \"" + name + "\"\nwork = [\"chat\"]\n" + keys;
}
}  // namespace

TEST_CASE("a sound profile gets no advice") {
  const auto p = soakrig::plan::testing::read(kWork + phase("a", "soak = \"1h\"\n"));
  REQUIRE(p.ok());
  CHECK(advice(p.spec).empty());
}

TEST_CASE("a secret in clear is mentioned, by where it stands and not by what it is") {
  const std::string rest = phase("a", "soak = \"1h\"\n");
  const std::string notify =
      "[notify]\non = [\"end\"]\nrun = [\"notify\", \"--token\", \"abc123\"]\n";
  CHECK(advised(notify + kWork + rest, "[notify] has a secret in clear after --token"));
  CHECK(!advised(notify + kWork + rest, "abc123"));
}

TEST_CASE("a workload that no phase uses is mentioned") {
  const std::string rest = phase("a", "soak = \"1h\"\n");
  CHECK(advised(kWork + "[workload.idle]\nkind = \"llm\"\n" + rest,
                "workload 'idle' is used by no phase"));
  CHECK(!advised(kWork + rest, "used by no phase"));
}

TEST_CASE("a dwell that is too short to judge is mentioned") {
  CHECK(advised(kWork + phase("a", "soak = \"20s\"\nrepeat = 3\n"), "phase 'a' soaks 20.0 s"));
  CHECK(!advised(kWork + phase("a", "soak = \"1min\"\n"), "its speed cannot be judged"));
  CHECK(advised(kWork + phase("a", "soak = \"29min\"\n"), "below 30 min"));
  CHECK(advised(kWork + "[[phase]]\nsoak = \"1h\"\nwork = []\n", "runs no workload"));
}

TEST_CASE("a bar of quality that will be inconclusive is mentioned") {
  const auto sense = [](const std::string& more) {
    return "[workload.chat]\nkind = \"quality\"\nreference = \"http://a:1\"\nurl = "
           "\"http://b:1\"\n" +
           more;
  };
  const std::string once = phase("a", "soak = \"3min\"\n");
  CHECK(advised(sense("top1_fall_max = 0.1\n") + once, "fewer than two phases"));
  CHECK(!advised(sense("top1_fall_max = 0.1\n") + phase("a", "soak = \"1h\"\nrepeat = 2\n"),
                 "fewer than two phases"));
  CHECK(
      advised(sense("top1_min = 0.1\n") + phase("a", "soak = \"2min\"\n"), "fewer than 6 passes"));
  CHECK(!advised(sense("top1_min = 0.1\n") + once, "passes"));
  CHECK(!advised(sense("") + phase("a", "soak = \"2min\"\n"), "passes"));
}

TEST_CASE("a claim at an ambient that no phase has is mentioned") {
  const std::string claim = "[[board.claim]]\nname = \"power_w\"\nvalue = 9\nambient = 25\n";
  CHECK(advised(kWork + kVirtual + claim + phase("a", "soak = \"1h\"\nambient = 55\n"),
                "no phase is at 25 Cel"));
  CHECK(!advised(kWork + kVirtual + claim + phase("a", "soak = \"1h\"\nambient = 25.5\n"),
                 "no phase is at"));
}

TEST_CASE("a chamber that does nothing, or could do anything, is mentioned") {
  CHECK(advised(kWork + kVirtual + phase("a", "soak = \"1h\"\n"), "the chamber only watches"));
  CHECK(advised(
      kWork + "[chamber]\nconnect = \"virtual\"\n" + phase("a", "soak = \"1h\"\nambient = 25\n"),
      "any set-point is allowed"));
  CHECK(advised(kWork + "[chamber]\nconnect = \"virtual\"\n" + phase("a", "soak = \"1h\"\n"),
                "it will warm nothing"));
  CHECK(!advised(kWork + kVirtual + phase("a", "soak = \"1h\"\nambient = 25\n"), "chamber"));
}

TEST_CASE("several ambients without a reference phase are mentioned") {
  const std::string hot = phase("b", "soak = \"1h\"\nambient = 55\n");
  CHECK(advised(kWork + kVirtual + phase("a", "soak = \"1h\"\nambient = 25\n") + hot,
                "no phase is the reference"));
  CHECK(!advised(
      kWork + kVirtual + phase("a", "soak = \"1h\"\nambient = 25\nreference = true\n") + hot,
      "no phase is the reference"));
}
