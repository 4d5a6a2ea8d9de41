// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/kind_flags.hpp"

#include <algorithm>

#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::workload;
using soakrig::plan::testing::workload_fault;

TEST_CASE("injected trouble has a kind and a time") {
  const auto inject = [](const std::string& text) {
    return workload_fault("kind = \"llm\"\ninject = [\"" + text + "\"]\n");
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

TEST_CASE("every workload of ours takes a load shape and a set of cores") {
  for (const std::string kind : {"llm", "gemm", "memory", "mix"}) {
    const std::string begin = "kind = \"" + kind + "\"\n";
    const WorkloadSpec w = workload(begin + "load = \"burst:2s:8s\"\ncores = \"0-1,3\"\n");
    const auto load = std::ranges::find(w.argv, "--load");
    REQUIRE(load != w.argv.end());
    CHECK(load[1] == "burst:2s:8s");
    CHECK(std::ranges::find(w.argv, "0-1,3") != w.argv.end());
    CHECK(workload_fault(begin + "load = \"bursts\"\n").find("is no load shape") != std::string::npos);
    CHECK(workload_fault(begin + "load = \"burst:2s:60s\"\n").find("hang_after") != std::string::npos);
    CHECK(workload_fault(begin + "load = \"burst:2s:60s\"\nhang_after = \"2min\"\n").empty());
    for (const char* kind_of_core : {"all", "big", "little", "physical"}) {
      const std::string line = "cores = \"" + std::string(kind_of_core) + "\"\n";
      const WorkloadSpec chosen = workload(begin + line);
      CHECK(std::ranges::find(chosen.argv, kind_of_core) != chosen.argv.end());
    }
    for (const char* wrong : {"--help", "bigger", ""}) {
      CHECK(workload_fault(begin + "cores = \"" + std::string(wrong) + "\"\n").find("is no set of cores") !=
            std::string::npos);
    }
  }
}
