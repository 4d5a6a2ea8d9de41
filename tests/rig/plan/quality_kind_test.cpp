// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/quality_kind.hpp"

#include <algorithm>

#include "rig/base/quality_bars.hpp"
#include "tests/rig/plan/fragments.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::kGood;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read;

namespace {

std::string quality(const std::string& lines, const std::string& url = "http://127.0.0.1:8080") {
  return std::string(kGood) +
         "[workload.x]\nkind = \"quality\"\nreference = " + "\"http://127.0.0.1:8081\"\nurl = \"" +
         url + "\"\n" + lines;
}

bool faulty(const std::string& text, const std::string& what) {
  const std::string all = messages(read(text));
  INFO(all);
  return all.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("quality: its keys become the command that asks, reference first") {
  const Profile profile =
      read(quality("every = \"5s\"\ntokens = 4\ntasks = \"own.jsonl\"\nseed = 9\n"));
  INFO(messages(profile));
  REQUIRE(profile.ok());
  const WorkloadSpec& w = *profile.spec.find_workload("x");
  CHECK(w.kind == "quality");
  CHECK(w.work == "questions");
  const auto after = [&](const std::string& flag) {
    const auto found = std::ranges::find(w.argv, flag);
    REQUIRE(found != w.argv.end());
    return *(found + 1);
  };
  CHECK(w.argv.front() == "soakrig");
  CHECK(after("--every") == "5s");
  CHECK(after("--tokens") == "4");
  CHECK(after("--prompts") == "4");
  CHECK(after("--seed") == "9");
  CHECK(after("--tasks").ends_with("own.jsonl"));
  CHECK(after("http://127.0.0.1:8081") == "http://127.0.0.1:8080");
  CHECK(read(quality("", "http://{board}:8080")).ok());
}

TEST_CASE("quality: bars of the verdict stand on the command line, before the addresses") {
  const Profile profile = read(quality("top1_min = 0.9\nsolved_fall_max = 0.05\nkl_max = 2\n"));
  INFO(messages(profile));
  REQUIRE(profile.ok());
  const auto bars = quality_bars(*profile.spec.find_workload("x"));
  REQUIRE(bars.size() == 3);
  CHECK(bars[0].key->key == "top1_min");
  CHECK(bars[0].bar == 0.9);
  CHECK(bars[1].key->key == "solved_fall_max");
  CHECK(bars[1].bar == 0.05);
  CHECK(bars[2].bar == 2);
  CHECK(profile.spec.find_workload("x")->argv.back() == "http://127.0.0.1:8080");
  CHECK(faulty(quality("top1_min = 1.5\n"), "top1_min"));
  CHECK(faulty(quality("top1_fall_max = \"5%\"\n"), "top1_fall_max"));
}

TEST_CASE("quality: addresses and times that cannot be are refused") {
  CHECK(faulty(quality("", "ftp://x"), "url:"));
  CHECK(faulty(quality("", "https://x"), "https is not asked"));
  CHECK(faulty(quality("every = \"60s\"\n"), "would count as hanging"));
  CHECK(read(quality("every = \"60s\"\nhang_after = \"5min\"\n")).ok());
  CHECK(faulty(std::string(kGood) + "[workload.x]\nkind = \"quality\"\nurl = \"http://x\"\n",
               "reference"));
}
