// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/workload_kinds.hpp"

#include <algorithm>

#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read_with;

namespace {
WorkloadSpec workload(const std::string& keys, const std::string& before = "") {
  const auto p = read_with(before + "[workload.x]\n" + keys);
  INFO(messages(p));
  REQUIRE(p.ok());
  return *p.spec.find_workload("x");
}
std::string fault(const std::string& keys) {
  const auto p = read_with("[workload.x]\n" + keys);
  return p.ok() ? "" : p.faults.front().what;
}
using Argv = std::vector<std::string>;
}  // namespace

TEST_CASE("an llm becomes an argv with every choice spelt out") {
  const WorkloadSpec w = workload(
      "kind = \"llm\"\nshape = \"stories-15m\"\nformat = \"q4_0\"\nthreads = 3\nprompt_tokens = "
      "32\n"
      "answer_tokens = 16\nseed = 9\ncheck_every = 100\npause = \"250ms\"\n"
      "inject = [\"crash@10s\", \"exit:3@1min\"]\n");
  CHECK(w.argv == Argv{"soakrig-work",    "llm",        "--shape",         "stories-15m",
                       "--format",        "q4_0",       "--threads",       "3",
                       "--prompt-tokens", "32",         "--answer-tokens", "16",
                       "--seed",          "9",          "--check-every",   "100",
                       "--pause",         "250ms",      "--inject",        "crash@10s",
                       "--inject",        "exit:3@1min"});
  CHECK(w.kind == "llm");
  CHECK(w.unit == "{token}");
  CHECK(w.work == "tokens");
  CHECK(w.device == "cpu");
  CHECK(w.precision == "int4");
  CHECK(w.model == "stories-15m");
}

TEST_CASE("what an llm leaves out is the workload's own choice, or the run's seed") {
  const WorkloadSpec w = workload("kind = \"llm\"\n", "[soak]\nseed = 42\n");
  CHECK(w.argv == Argv{"soakrig-work", "llm", "--shape", "auto", "--format", "q8_0",
                       "--prompt-tokens", "64", "--answer-tokens", "64", "--seed", "42",
                       "--check-every", "16"});
  CHECK(w.precision == "int8");
  CHECK(w.model == "");
}

TEST_CASE("injected trouble has a kind and a time") {
  const auto inject = [](const std::string& text) {
    return fault("kind = \"llm\"\ninject = [\"" + text + "\"]\n");
  };
  for (const char* good : {"crash@10s", "hang@1s", "garbage@1s", "silent@1s", "endless-line@1s",
                           "leak@1s", "error@1s", "error-small@1s", "exit:0@1s", "exit:255@1s"}) {
    INFO(good);
    CHECK(inject(good) == "");
  }
  CHECK(inject("crsh@10s") == "[workload.x] inject: no trouble is called 'crsh'");
  CHECK(inject("crash") == "[workload.x] inject: 'crash' does not say when");
  CHECK(inject("crash@10") == "[workload.x] inject: 'crash@10' does not say when");
  CHECK(inject("exit@1s") == "[workload.x] inject: 'exit@1s' has the wrong form");
  CHECK(inject("exit:256@1s") == "[workload.x] inject: 'exit:256@1s' has the wrong form");
  CHECK(inject("exit:x@1s") == "[workload.x] inject: 'exit:x@1s' has the wrong form");
  CHECK(inject("crash:1@1s") == "[workload.x] inject: 'crash:1@1s' has the wrong form");
}

TEST_CASE("a shape cannot be an option in disguise") {
  CHECK(fault("kind = \"llm\"\nshape = \"--help\"\n") == "[workload.x] shape '--help' is no name");
}

TEST_CASE("a program is what its argv says, with what it counts") {
  const WorkloadSpec w =
      workload("kind = \"program\"\nargv = [\"./run.sh\", \"--fast\"]\nwork = \"frames\"\n");
  CHECK(w.argv == Argv{"dir/run.sh", "--fast"});
  CHECK(w.work == "frames");
  CHECK(w.unit == "{frames}");
  CHECK(w.device == "cpu");
  const WorkloadSpec gpu = workload(
      "kind = \"program\"\nargv = [\"bench\"]\nwork = \"tokens\"\nunit = \"{token}\"\ndevice = "
      "\"gpu\"\n"
      "precision = \"fp16\"\nmodel = \"resnet\"\n");
  CHECK(gpu.argv == Argv{"bench"});
  CHECK(gpu.unit == "{token}");
  CHECK(gpu.device == "gpu");
  CHECK(gpu.precision == "fp16");
  CHECK(gpu.model == "resnet");
  CHECK(fault("kind = \"program\"\nwork = \"frames\"\n") == "[workload.x] has no 'argv'");
  CHECK(fault("kind = \"program\"\nargv = [\"p\"]\n") == "[workload.x] has no 'work'");
}

TEST_CASE("the kinds are sorted, have keys, and none is both built and future") {
  const auto kinds = workload_kinds();
  CHECK(std::ranges::is_sorted(kinds, {}, &WorkloadKind::name));
  for (const WorkloadKind& kind : kinds) {
    CHECK(!keys_of(kind.keys).empty());
    CHECK(find_workload_kind(kind.name) == &kind);
    CHECK(!is_future_kind(kind.name));
  }
  CHECK(is_future_kind("openai"));
  CHECK(!is_future_kind("nonsense"));
}
