// SPDX-License-Identifier: Apache-2.0
// Also tests: export.cpp
//
// prune and export as they are called.
#include <filesystem>

#include "tests/rig/app/called.hpp"

using namespace soakrig;
using namespace soakrig::test;

namespace {

bool says(const Called& called, const std::string& text) {
  return called.out.find(text) != std::string::npos;
}

struct OneRun {
  OneRun() {
    fill(directory);
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
      if (entry.path().extension() == ".soak") path = entry.path();
    }
  }
  [[nodiscard]] Called prune(std::vector<std::string> args) const {
    args.insert(args.end(), {"--archive", directory.path().string()});
    return call("prune", args);
  }
  [[nodiscard]] Called export_to(const std::string& to, std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"last", "--archive", directory.path().string(), "-o", to});
    return call("export", more);
  }
  TempDir directory;
  std::string path;
};

}  // namespace

TEST_CASE("prune says what it would delete, and deletes only when told to") {
  const OneRun run;
  run.directory.write(std::filesystem::path(run.path).filename().string() + ".notes.jsonl", "{}\n");
  CHECK(says(run.prune({"--dry-run", "--older-than", "100000d"}), "0 of 1 runs"));
  const Called would = run.prune({"--dry-run", "--older-than", "1s"});
  CHECK(would.code == 0);
  CHECK(says(would, "would delete " + run.path));
  CHECK(std::filesystem::exists(run.path));
  CHECK(run.prune({"--yes", "--keep", "0B"}).code == 0);
  CHECK_FALSE(std::filesystem::exists(run.path));
  CHECK_FALSE(std::filesystem::exists(run.path + ".notes.jsonl"));
}

TEST_CASE("prune keeps a signed run, whatever its age") {
  const OneRun run;
  run.directory.write(std::filesystem::path(run.path).filename().string() + ".sig", "x");
  CHECK(says(run.prune({"--yes", "--older-than", "1s"}), "0 of 1 runs"));
  CHECK(std::filesystem::exists(run.path));
}

TEST_CASE("prune wants to know which and whether") {
  const OneRun run;
  CHECK(run.prune({}).code == 4);
  CHECK(run.prune({"--yes"}).code == 4);
  CHECK(run.prune({"--older-than", "1s"}).code == 4);
  CHECK(run.prune({"--dry-run", "--yes", "--older-than", "1s"}).code == 4);
  CHECK(run.prune({"--yes", "--older-than", "1"}).code == 4);
  CHECK(run.prune({"--yes", "--keep", "much"}).code == 4);
  CHECK(std::filesystem::exists(run.path));
}

TEST_CASE("an exported copy verifies, shows the verdict and says what is withheld") {
  const OneRun run;
  const std::string to = run.directory.file("abroad");
  const Called done = run.export_to(to, {"--thin", "--redact"});
  CHECK(done.code == 0);
  CHECK(says(done, "it is not signed"));
  const Called verified = call("verify", {to});
  CHECK(verified.code == 3);  // nobody signed it
  CHECK(says(verified, "withheld: every record that is here matches"));
  CHECK(says(call("show", {to}), "PASS"));
  CHECK(run.export_to(to).code == 4);  // never over another file
  CHECK(call("export", {"nobody", "-o", to, "--archive", run.directory.path().string()}).code == 4);
  CHECK(call("export", {"last"}).code == 4);
}
