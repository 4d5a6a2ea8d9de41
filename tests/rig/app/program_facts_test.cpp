// SPDX-License-Identifier: Apache-2.0
#include "rig/app/program_facts.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

namespace soakrig::app {
namespace {

WorkloadSpec workload(std::string name, std::vector<std::string> argv) {
  WorkloadSpec out;
  out.name = std::move(name);
  out.argv = std::move(argv);
  return out;
}

TEST_CASE("programs and models are known by their bytes") {
  const test::TempDir folder;
  folder.write("engine", "abc");
  folder.write("chat.gguf", "");
  RunSpec spec;
  spec.workloads = {
      workload("beside", {"engine", "--model", folder.file("chat.gguf")}),
      workload("by-path", {folder.file("engine"), "--model"}),
      workload("gone", {"/no/such/program"}),
      workload("folder", {folder.path().string()}),
      workload("none", {}),
  };
  const auto facts = program_facts(spec, folder.path().string());
  // The digests of "abc" and of nothing, as FIPS 180-4 gives them.
  const std::string engine =
      "engine, 3 bytes, sha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  CHECK(facts.at("program.beside") == engine);
  CHECK(facts.at("program.by-path") == engine);
  CHECK(facts.at("model.beside") ==
        "chat.gguf, 0 bytes, sha256 "
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(facts.at("program.gone") == "program, not read: No such file or directory");
  CHECK(facts.at("program.folder").find("no file") != std::string::npos);
  CHECK(facts.size() == 5);
}

}  // namespace
}  // namespace soakrig::app
