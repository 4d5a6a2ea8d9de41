// SPDX-License-Identifier: Apache-2.0
#include "rig/app/engine_references.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

// What is missing for an engine file with this program and the work `frames`.
std::string missing(const std::string& program, const std::string& work,
                    std::vector<std::string> more = {}, const std::string& connect = "local",
                    const std::string& engine = "") {
  const test::TempDir dir;
  dir.write("e.toml", "engine = \"e\"\nsummary = \"s\"\nargv = [\"" + program +
                          "\"]\noptions = { seconds = 1 }\n"
                          "[[work]]\nname = \"frames\"\nline = 'x'\n"
                          "[[work]]\nname = \"bytes\"\nline = 'y'\n");
  RunSpec spec;
  spec.boards.emplace_back().connect = connect;
  WorkloadSpec& vision = spec.workloads.emplace_back();
  vision.name = "vision";
  vision.kind = "engine";
  vision.argv = {"soakrig-work", "exec", engine.empty() ? dir.file("e.toml") : engine};
  vision.argv.insert(vision.argv.end(), more.begin(), more.end());
  vision.work = work;
  std::string out;
  for (const Error& error : missing_engines(spec)) out += error.what + "; " + error.remedy;
  return out;
}

}  // namespace

TEST_CASE("an engine with its file, options, work and program lacks nothing") {
  CHECK(missing("sh", "frames", {"--set=seconds=3"}).empty());
  CHECK(missing("sh", "bytes").empty());
  CHECK(missing("sh", "bytes", {"--model", "m"}).find("no option 'model'") != std::string::npos);
  CHECK(missing("sh", "ops", {"--ops-per-work", "2"}).empty());
}

TEST_CASE("what an engine lacks is said of its workload") {
  CHECK(missing("sh", "tokens") ==
        "workload 'vision': engine e does no work 'tokens'; it does frames, bytes");
  CHECK(missing("sh", "ops").find("does no work") != std::string::npos);
  CHECK(missing("sh", "frames", {"--set=second=3"}).find("did you mean 'seconds'?") !=
        std::string::npos);
  CHECK(missing("no-such-program", "frames").find("not installed") != std::string::npos);
  // What another machine has installed only that machine can tell.
  CHECK(missing("no-such-program", "frames", {}, "ssh://u@h").empty());
  CHECK(missing("sh", "frames", {}, "local", "stres-ng").find("did you mean 'stress-ng'?") !=
        std::string::npos);
}
