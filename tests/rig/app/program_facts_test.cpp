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

TEST_CASE("of a server that is started its program and its model's file are known, not its model's name") {
  const test::TempDir folder;
  folder.write("m.gguf", "abc");
  RunSpec spec;
  spec.workloads = {workload("chat", {"soakrig-work", "openai", "--model", "a-name", "--model-file",
                                      folder.file("m.gguf"), "--start=sh", "--start={model_file}"})};
  spec.workloads[0].kind = "openai";
  const auto facts = program_facts(spec, folder.path().string());
  CHECK(facts.at("model.chat").starts_with("m.gguf, 3 bytes, sha256 ba7816bf"));
  CHECK(facts.at("engine.chat").starts_with("sh, "));
  CHECK(facts.size() == 3);
}

TEST_CASE("the tool that runs a container is not the engine in it") {
  RunSpec spec;
  spec.workloads = {workload("chat", {"soakrig-work", "openai", "--start=podman", "--start=run"})};
  spec.workloads[0].kind = "openai";
  CHECK_FALSE(program_facts(spec, "/no/such/folder").contains("engine.chat"));
}

TEST_CASE("of an engine its file, its program and its model are known too") {
  const test::TempDir folder;
  folder.write("m.bin", "abc");
  folder.write("e.toml",
               "engine = \"e\"\nsummary = \"s\"\nargv = [\"sh\", \"{model}\"]\n"
               "options = { model = \"\" }\n[[work]]\nname = \"n\"\nline = 'x'\n");
  RunSpec spec;
  spec.workloads = {
      workload("vision", {"soakrig-work", "exec", folder.file("e.toml"),
                          "--model", folder.file("m.bin")}),
      workload("named", {"soakrig-work", "exec", folder.file("e.toml"), "--set=model=llama3"}),
      workload("gone", {"soakrig-work", "exec", "no-such-engine"}),
  };
  for (WorkloadSpec& each : spec.workloads) each.kind = "engine";
  const auto facts = program_facts(spec, folder.path().string());
  CHECK(facts.at("engine_file.vision").starts_with("e.toml, "));
  CHECK(facts.at("engine.vision").find("sha256") != std::string::npos);
  CHECK(facts.at("model.vision").starts_with("m.bin, 3 bytes, sha256 ba7816bf"));
  CHECK(facts.count("model.named") == 0);
  CHECK(facts.count("engine_file.gone") == 0);
}

}  // namespace
}  // namespace soakrig::app
