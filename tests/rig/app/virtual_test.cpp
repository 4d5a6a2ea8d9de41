// SPDX-License-Identifier: Apache-2.0
//
// What the command refuses before it serves; serving itself is tested as a process in rig/virtual.
#include <span>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

namespace soakrig::app {
int command_virtual(std::span<const std::string> args);
}

namespace {

int run(std::vector<std::string> words) { return soakrig::app::command_virtual(words); }

std::vector<std::string> serve(const soakrig::test::TempDir& folder,
                               const std::vector<std::string>& more) {
  std::vector<std::string> words = {"serve", "--tree", folder.file("tree"), "--ready-file",
                                    folder.file("ready.json")};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("virtual: usage errors exit 4, help 0") {
  const soakrig::test::TempDir folder;
  CHECK(run({"--help"}) == 0);
  CHECK(run({"serve", "--help"}) == 0);
  CHECK(run({}) == 4);
  CHECK(run({"dance"}) == 4);
  CHECK(run({"serve"}) == 4);
  CHECK(run(serve(folder, {"--listen", "0.0.0.0:0"})) == 4);
  CHECK(run(serve(folder, {"--fault", "explode@5s"})) == 4);
  CHECK(run(serve(folder, {"--fault", "freeze:none@5s"})) == 4);
  CHECK(run(serve(folder, {"--throttle", "melt"})) == 4);
  CHECK(run(serve(folder, {"--cores", "0"})) == 4);
  CHECK(run(serve(folder, {"--chamber-rate", "2K"})) == 4);
}
