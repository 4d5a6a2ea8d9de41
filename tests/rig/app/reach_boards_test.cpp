// SPDX-License-Identifier: Apache-2.0
//
// Also tests: remote_look.cpp
#include "rig/app/reach_boards.hpp"

#include <sys/utsname.h>

#include <algorithm>

#include "rig/app/board_programs.hpp"
#include "rig/app/remote_look.hpp"
#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_ssh.hpp"
#include "tests/support/paths.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

RunSpec spec_with(const std::string& model) {
  RunSpec spec;
  WorkloadSpec chat;
  chat.name = "chat";
  chat.argv = {"soakrig-work", "llm", "--model", model};
  spec.workloads = {chat, chat};
  return spec;
}

BoardAddress address(const std::string& text) { return parse_board_address(text).value(); }

// Under a sanitizer the programs are dynamic, and no board would get them.
bool can_be_sent() {
  const auto kind = program_kind(test::bin_dir() + "/soakrig-agent");
  REQUIRE(kind);
  return !kind->dynamic;
}

}  // namespace

TEST_CASE("A board gets the programs and each model once, and says where they are") {
  if (!can_be_sent()) return;
  const test::FakeSsh ssh;
  const test::TempDir dir;
  dir.write("m.gguf", "weights");
  const std::string model = dir.file("m.gguf");
  const RunSpec spec = spec_with(model);
  CHECK(models_of(spec) == std::vector<std::string>{model});
  const auto reached = reach_boards({{address("ssh://board"), models_of(spec)}}, test::bin_dir());
  REQUIRE(reached.size() == 1);
  REQUIRE(reached[0]);
  CHECK(read_file(reached[0]->moved.at(model)).value() == "weights");
  CHECK(reached[0]->run_file("x.pid") == ssh.home() + "/.cache/soakrig/run/x.pid");
  const auto facts = reached[0]->facts(spec);
  CHECK(facts.at("model.chat").starts_with("m.gguf, 7 bytes, sha256 "));
  CHECK(facts.at("program.chat").starts_with("soakrig-work, "));
  const auto argv = reached[0]->agent({"--stdio", "--sysroot", "/a tree"});
  REQUIRE(argv);
  CHECK(argv->front() == "ssh");
  CHECK(argv->back().find("/soakrig-agent --stdio --sysroot '/a tree'") != std::string::npos);
}

TEST_CASE("A board gets the engine files that a run names, by name too") {
  if (!can_be_sent()) return;
  const test::FakeSsh ssh;
  RunSpec spec;
  WorkloadSpec& stress = spec.workloads.emplace_back();
  stress.name = "stress";
  stress.kind = "engine";
  stress.argv = {"soakrig-work", "exec", "stress-ng"};
  WorkloadSpec& served = spec.workloads.emplace_back();  // its model is a name, and no file
  served.kind = "openai";
  served.argv = {"soakrig-work", "openai", "--model", "llama3"};
  REQUIRE(models_of(spec).size() == 1);
  RunSpec started;
  started.workloads = {served};
  started.workloads[0].argv = {"soakrig-work", "openai", "--model-file", "/m.gguf", "--start=x"};
  CHECK(models_of(started) == std::vector<std::string>{"/m.gguf"});
  auto reached = reach_boards({{address("ssh://board"), models_of(spec)}}, test::bin_dir());
  REQUIRE(reached[0]);
  name_engines(spec, reached[0]->moved);
  const std::string there = reached[0]->moved.at("stress-ng");
  CHECK(there.ends_with(".toml"));
  CHECK(read_file(there).value().find("engine = \"stress-ng\"") != std::string::npos);
  CHECK(reached[0]->facts(spec).at("engine_file.stress").starts_with("stress-ng.toml, "));
}

TEST_CASE("Boards are reached side by side: each has its own answer") {
  if (!can_be_sent()) return;
  // What the alias is called decides what the board does.
  const test::FakeSsh ssh(
      "case $* in *sick*) echo 'Permission denied (publickey).' >&2; exit 255;; esac");
  const auto reached = reach_boards(
      {{address("ssh://sick"), {}}, {address("ssh://well"), {}}, {address("ssh://sick2"), {}}},
      test::bin_dir());
  REQUIRE(reached.size() == 3);
  CHECK_FALSE(reached[0]);
  CHECK(reached[1]);
  CHECK_FALSE(reached[2]);
}

TEST_CASE("A model that is not there is an error of every board") {
  if (!can_be_sent()) return;
  const test::FakeSsh ssh;
  const auto reached =
      reach_boards({{address("ssh://board"), {"/no/such/model"}}}, test::bin_dir());
  REQUIRE_FALSE(reached[0]);
  CHECK(reached[0].error().file == "/no/such/model");
}
