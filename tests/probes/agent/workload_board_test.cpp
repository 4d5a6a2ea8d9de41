// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/workload_board.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>

#include "rig/base/fd.hpp"
#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::agent;
namespace fs = std::filesystem;

namespace {

struct Tree {
  fs::path root;
  Tree() {
    std::string pattern = (fs::temp_directory_path() / "soakrig-board-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root = pattern;
  }
  ~Tree() { fs::remove_all(root); }
};

} // namespace

TEST_CASE("running workloads are published for the virtual board") {
  const Tree tree;
  const std::vector<PublishedWorkload> list{{"chat", {123, 456, "boot"}, "engine"}};
  REQUIRE(publish_workloads(tree.root, list).has_value());
  const auto text = read_file(tree.root / "run/soakrig/workloads.json");
  REQUIRE(text.has_value());
  const auto json = parse_json(*text);
  REQUIRE(json);
  CHECK((*json)["workloads"][0]["name"] == "chat");
  CHECK((*json)["workloads"][0]["pid"] == 123);
  CHECK((*json)["workloads"][0]["start_time"] == 456);
  CHECK((*json)["workloads"][0]["role"] == "engine");
  REQUIRE(publish_workloads(tree.root, {}).has_value());
  CHECK(read_file(tree.root / "run/soakrig/workloads.json").value() == "{\"workloads\":[]}\n");
}

TEST_CASE("a tree whose run is a link leads nowhere") {
  const Tree tree, outside;
  fs::create_directory_symlink(outside.root, tree.root / "run");
  CHECK_FALSE(publish_workloads(tree.root, {}).has_value());
  CHECK(fs::is_empty(outside.root));
  CHECK_FALSE(publish_workloads(tree.root / "absent", {}).has_value());
}
