// SPDX-License-Identifier: Apache-2.0
// Also tests: candidates.cpp requirements_file.cpp
//
// The command as it is called: exit codes, and what is ticked.
#include <nlohmann/json.hpp>

#include "rig/app/requirements_file.hpp"
#include "tests/rig/app/called.hpp"

using namespace soakrig;
using namespace soakrig::test;
using nlohmann::json;

namespace {

analysis::RunView run_at(double factor) {
  Plant plant;
  plant.sensors(600).work("chat", {}, 0, 600, constant(factor));
  return make_run({plant.board()}, {{"soak", 600}});
}

// Two runs of one board, the second 25 % slower.
void fill_two(const TempDir& directory) {
  fill(directory, run_at(1), "20260301-120000-0a1b2c3d");
  fill(directory, run_at(0.75), "20260302-120000-0a1b2c3d");
}

std::string message(const std::string& toml) {
  const auto parsed = app::parse_requirements(toml, "need.toml");
  REQUIRE_FALSE(parsed);
  return parsed.error().message();
}

}  // namespace

TEST_CASE("compare: 0 where nothing is asked, 1 for a regression or an unmet requirement") {
  const TempDir directory;
  fill_two(directory);
  const std::string archive = directory.path().string();
  const std::vector<std::string> both{"20260301", "20260302:pi", "--archive", archive};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), both.begin(), both.end());
    return call("compare", more);
  };
  const Called plain = with({});
  CHECK(plain.code == 0);
  CHECK(plain.out.find("-25.0 %") != std::string::npos);
  CHECK(with({"--fail-on-regression"}).code == 1);
  const std::vector<std::string> better{"20260302", "20260301", "--archive", archive,
                                        "--fail-on-regression"};
  CHECK(call("compare", better).code == 0);

  directory.write("met.toml", "[require]\ntokens_per_s = 10\n");
  directory.write("unmet.toml", "[require]\ntokens_per_s = 18\n");
  directory.write("unseen.toml", "[require]\ntokens_per_s = { value = 1, ambient = 55 }\n");
  CHECK(with({"--require", directory.file("met.toml")}).code == 0);
  CHECK(with({"--require", directory.file("unmet.toml")}).code == 1);
  CHECK(with({"--require", directory.file("unseen.toml")}).code == 1);
  const json document =
      json::parse(with({"--json", "--require", directory.file("unmet.toml")}).out);
  CHECK(document["requirements"][0]["ticks"][0]["met"] == true);
  CHECK(document["requirements"][0]["ticks"][1]["met"] == false);
  CHECK(document["candidates"][0]["label"] != document["candidates"][1]["label"]);

  const std::string page = directory.file("c.html");
  CHECK(with({"-o", page}).code == 0);
  std::ifstream file(page);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  CHECK(text.starts_with("<!DOCTYPE html>"));
}

TEST_CASE("compare: 4 for usage, names and what has nothing in common, 2 for unreadable files") {
  const TempDir directory;
  fill_two(directory);
  analysis::RunView other = run_at(1);
  other.spec.phases[0].name = "elsewhere";
  fill(directory, other, "20260303-120000-0a1b2c3d");
  const std::string archive = directory.path().string();
  CHECK(call("compare", {"last", "--archive", archive}).code == 4);
  CHECK(call("compare", {"20260301", "nobody", "--archive", archive}).code == 4);
  CHECK(call("compare", {"20260301", "20260302:jetson", "--archive", archive}).code == 4);
  CHECK(call("compare", {"20260301", "20260303", "--archive", archive}).code == 4);
  const std::vector<std::string> nine(9, "20260301");
  std::vector<std::string> many = nine;
  many.insert(many.end(), {"--archive", archive});
  CHECK(call("compare", many).code == 4);
  directory.write("bad.toml", "[require]\ntoken_per_s = 8\n");
  CHECK(call("compare", {"20260301", "20260302", "--archive", archive, "--require",
                         directory.file("bad.toml")})
            .code == 4);
  // Prices without a day (cost_test.cpp has the message).
  directory.write("cost.toml", "[cost]\ncurrency = \"EUR\"\n[edge]\nprice = 249\n");
  CHECK(call("compare",
             {"20260301", "20260302", "--archive", archive, "--cost", directory.file("cost.toml")})
            .code == 4);
  directory.write("broken.soak", "no database at all");
  CHECK(call("compare", {"20260301", directory.file("broken.soak"), "--archive", archive}).code ==
        2);
}

TEST_CASE("requirements are read with their conditions") {
  const auto parsed = app::parse_requirements(
      "[require]\nambient = 55.0\nworkload = \"chat\"\ntokens_per_s = 8\n"
      "power_w = { value = 15.5, ambient = 25 }\n",
      "need.toml");
  REQUIRE(parsed);
  REQUIRE(parsed->size() == 2);
  CHECK((*parsed)[0].name == "tokens_per_s");
  CHECK((*parsed)[0].value == 8);
  CHECK(*(*parsed)[0].ambient == 55);
  CHECK((*parsed)[0].workload == "chat");
  CHECK(*(*parsed)[1].ambient == 25);
  CHECK((*parsed)[1].value == 15.5);
}

TEST_CASE("what is no requirement is one error with its line and a remedy") {
  CHECK(message("[require]\n\ntoken_per_s = 8\n").find("need.toml:3: unknown requirement") == 0);
  CHECK(message("[require]\ntoken_per_s = 8\n").find("did you mean 'tokens_per_s'?") !=
        std::string::npos);
  CHECK(message("[require]\ntokens_per_s = \"fast\"\n").find(":2: tokens_per_s is no number") !=
        std::string::npos);
  CHECK(message("[require]\ntokens_per_s = { ambient = 3 }\n").find("no value") !=
        std::string::npos);
  CHECK(message("[require]\ntokens_per_s = { value = 3, ambiance = 4 }\n").find("ambiance") !=
        std::string::npos);
  CHECK(message("[require]\nambient = 55\n").find("no requirement in [require]") !=
        std::string::npos);
  CHECK(message("").find("write [require]") != std::string::npos);
  CHECK(message("[required]\nx = 1\n").find("unknown key 'required'") != std::string::npos);
  CHECK(message("[require]\ntokens_per_s = nan\n").find("no number") != std::string::npos);
  CHECK(message("[require\n").find("need.toml:1") == 0);
}
