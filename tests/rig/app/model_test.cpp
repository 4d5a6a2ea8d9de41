// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <string>
#include <vector>

#include "rig/app/command.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"
#include "workloads/model/gguf.hpp"

using namespace soakrig;

namespace {
int model(const std::vector<std::string>& args) {
  for (const app::Command& command : app::commands()) {
    if (command.name == "model") return command.run(args);
  }
  return -1;
}
}  // namespace

TEST_CASE("model synth: a GGUF that our own reader takes, an ONNX file of known size") {
  const test::TempDir dir;
  const std::string gguf = dir.file("m.gguf");
  REQUIRE(model({"synth", "--gguf", "--shape", "stories-15m", "--quant", "q4_0", "-o", gguf}) == 0);
  const auto file = workloads::GgufFile::open(gguf);
  REQUIRE(file);
  CHECK(file->model().shape.dim == 288);
  const std::string onnx = dir.file("m.onnx");
  REQUIRE(model({"synth", "--onnx", "--precision", "int8", "--size", "64", "--layers", "2", "-o",
                 onnx}) == 0);
  CHECK(std::filesystem::file_size(onnx) > 2 * 64 * 64);
}

TEST_CASE("model synth: what cannot be is refused") {
  const test::TempDir dir;
  const std::string out = dir.file("m");
  CHECK(model({"synth", "-o", out}) == 4);
  CHECK(model({"synth", "--gguf", "--onnx", "-o", out}) == 4);
  CHECK(model({"synth", "--gguf", "--shape", "gpt-5", "-o", out}) == 4);
  CHECK(model({"synth", "--gguf", "--quant", "q5_k", "-o", out}) == 4);
  CHECK(model({"synth", "--onnx", "--op", "lstm", "-o", out}) == 4);
  CHECK(model({"synth", "--onnx", "--size", "7", "-o", out}) == 4);
  CHECK(model({"synth", "--gguf", "--shape", "stories-15m", "-o", dir.file("no/where")}) == 4);
  CHECK(model({}) == 4);
  CHECK(std::filesystem::is_empty(dir.path()));
}
