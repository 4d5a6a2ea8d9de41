// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "rig/app/command.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;

namespace {
int fit(const std::vector<std::string>& args) {
  for (const app::Command& command : app::commands()) {
    if (command.name == "fit") return command.run(args);
  }
  return -1;
}
}  // namespace

TEST_CASE("fit: 0 where it fits, 1 where it does not") {
  CHECK(fit({"llama-3-8b", "--quant", "q4_0", "--memory", "16GB", "--bandwidth", "50"}) == 0);
  CHECK(fit({"llama-3-8b", "--quant", "fp16", "--memory", "16GB"}) == 1);
  CHECK(fit({"llama-3-8b", "--memory", "16GB", "--engine", "llama.cpp", "--context", "8192",
             "--json"}) == 0);
  CHECK(fit({"llama-3-8b", "--memory", "4GB", "--gpu-layers", "32", "--gpu-memory", "8GB",
             "--gpu-bandwidth", "200", "--bandwidth", "20"}) == 0);
}

TEST_CASE("fit: without --context it is the largest that fits, and a model too large does not") {
  CHECK(fit({"tinyllama-1.1b", "--memory", "16GB"}) == 0);  // its own context, 2048
  CHECK(fit({"llama-3.2-1b", "--quant", "fp16", "--memory", "4GB", "--kv", "q8"}) == 0);
  CHECK(fit({"llama-3-8b", "--quant", "awq3-g64", "--memory", "1GB"}) == 1);
}

TEST_CASE("fit: what cannot be is refused") {
  CHECK(fit({}) == 4);
  CHECK(fit({"gpt-5"}) == 4);
  CHECK(fit({"none.gguf"}) == 4);
  CHECK(fit({"llama-3-8b", "--quant", "q9"}) == 4);
  CHECK(fit({"llama-3-8b", "--memory", "16"}) == 4);
  CHECK(fit({"llama-3-8b", "--reserve", "some"}) == 4);
  CHECK(fit({"llama-3-8b", "--context", "0"}) == 4);
  CHECK(fit({"llama-3-8b", "--engine", "vllm"}) == 4);
  CHECK(fit({"llama-3-8b", "--kv", "f64"}) == 4);
  CHECK(fit({"llama-3-8b", "--bandwidth", "-1"}) == 4);
}
