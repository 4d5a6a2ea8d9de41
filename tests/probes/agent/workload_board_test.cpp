// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/workload_board.hpp"

#include <filesystem>

#include "rig/base/fd.hpp"
#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::agent;
namespace fs = std::filesystem;

TEST_CASE("running workloads are published for the virtual board") {
  const test::TempDir tree;
  const std::vector<PublishedWorkload> list{{"chat", {123, 456, "boot"}, "engine"}};
  REQUIRE(publish_workloads(tree.path().string(), list).has_value());
  const auto text = read_file(tree.file("run/soakrig/workloads.json"));
  REQUIRE(text.has_value());
  const auto json = parse_json(*text);
  REQUIRE(json);
  CHECK((*json)["workloads"][0]["name"] == "chat");
  CHECK((*json)["workloads"][0]["pid"] == 123);
  CHECK((*json)["workloads"][0]["start_time"] == 456);
  CHECK((*json)["workloads"][0]["role"] == "engine");
  REQUIRE(publish_workloads(tree.path().string(), {}).has_value());
  CHECK(read_file(tree.file("run/soakrig/workloads.json")).value() == "{\"workloads\":[]}\n");
}

TEST_CASE("a tree whose run is a link leads nowhere") {
  const test::TempDir tree, outside;
  fs::create_directory_symlink(outside.path(), tree.path() / "run");
  CHECK_FALSE(publish_workloads(tree.path().string(), {}).has_value());
  CHECK(fs::is_empty(outside.path()));
  CHECK_FALSE(publish_workloads(tree.file("absent"), {}).has_value());
}
