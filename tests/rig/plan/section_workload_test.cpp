// SPDX-License-Identifier: Apache-2.0
//
// [workload.NAME] (rig/plan/section_workload.cpp).
#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read_with;

namespace {
std::string fault(const std::string& keys) {
  const auto p = read_with("[workload.x]\n" + keys);
  return p.ok() ? "" : p.faults.front().message();
}
}  // namespace

TEST_CASE("what all kinds share is read") {
  const auto p = read_with(
      "[workload.x]\nkind = \"llm\"\nhang_after = \"5s\"\nrestart = { budget = 1, backoff = "
      "\"500ms\" }\n");
  INFO(messages(p));
  REQUIRE(p.ok());
  const WorkloadSpec* x = p.spec.find_workload("x");
  REQUIRE(x != nullptr);
  CHECK(x->hang_after == 5 * kSecond);
  CHECK(x->restart.budget == 1);
  CHECK(x->restart.backoff == 500 * kMillisecond);
  const WorkloadSpec* chat = p.spec.find_workload("chat");
  REQUIRE(chat != nullptr);
  CHECK(chat->hang_after == 60 * kSecond);
  CHECK(chat->restart.budget == 3);
  CHECK(chat->restart.backoff == 2 * kSecond);
}

TEST_CASE("kinds that there are not are refused with those that there are") {
  CHECK(fault("kind = \"lmm\"\n") ==
        "dir/night.toml:10: [workload.x] kind 'lmm' is unknown; did you mean 'llm'?");
  CHECK(fault("kind = \"zzzzzzz\"\n").ends_with("there are: cycle, engine, frames, gemm, hybrid, llm, memory, mix, openai, program, quality"));
  CHECK(fault("kind = 3\n") ==
        "dir/night.toml:10: [workload.x] kind is a bare number; write text in quotes");
  CHECK(fault("shape = \"a\"\n").starts_with("dir/night.toml:9: [workload.x] has no 'kind'"));
}

TEST_CASE("each kind has its own keys") {
  CHECK(fault("kind = \"program\"\nargv = [\"p\"]\nwork = \"frames\"\n") == "");
  CHECK(fault("kind = \"program\"\nargv = [\"p\"]\nwork = \"frames\"\nthreads = 2\n") != "");
  CHECK(fault("kind = \"llm\"\nargv = [\"p\"]\n") != "");
  CHECK(fault("kind = \"llm\"\nclient = \"rig\"\n") != "");
  CHECK(fault("kind = \"llm\"\nrestart = { budget = -1 }\n").find("out of range") !=
        std::string::npos);
  CHECK(fault("kind = \"llm\"\nrestart = { bugdet = 1 }\n").find("did you mean 'budget'?") !=
        std::string::npos);
}

TEST_CASE("names of workloads become channels, so they are held to that") {
  CHECK(!read_with("[workload.Chat]\nkind = \"llm\"\n").ok());
  CHECK(!read_with("[workload.\"a b\"]\nkind = \"llm\"\n").ok());
  CHECK(messages(read_with("[workload]\nkind = \"llm\"\n"))
            .find("'kind' stands in [workload] itself") != std::string::npos);
}

TEST_CASE("there is at least one workload, and not a thousand") {
  CHECK(!soakrig::plan::testing::read("[[phase]]\nsoak = \"1h\"\nwork = []\n").ok());
  CHECK(!soakrig::plan::testing::read("[workload]\n[[phase]]\nsoak = \"1h\"\nwork = []\n").ok());
  std::string many;
  for (std::size_t i = 0; i <= kMaxWorkloads; ++i) {
    many += "[workload.w" + std::to_string(i) + "]\nkind = \"llm\"\n";
  }
  CHECK(messages(read_with(many)).find("more than " + std::to_string(kMaxWorkloads) + " workloads") != std::string::npos);
}
