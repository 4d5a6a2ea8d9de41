// SPDX-License-Identifier: Apache-2.0
// Also tests: engine_rules.cpp toml_keys.cpp
#include "workloads/exec/engine_file.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

constexpr const char* kWhole = R"(engine = "burner"
summary = "burns"
verified = ["1.2"]
argv = ["burner", "--for", "{seconds}", "--on", "{cores}", "{\"not\": \"a word\"}"]
ops_per_work = 2.5
[options]
seconds = 10
device = "gpu"
[environment]
LOG = "{device}"
[version]
argv = ["burner", "-V"]
line = 'burner (?<version>\S+)'
[exit]
ok = [0, 9]
skip = { 3 = "no resource" }
fail = { 2 = "it failed" }
[[fallback]]
line = 'device (?<ran_on>\w+)'
asked = "{device}"
[[work]]
name = "frames"
line = '(?<amount>\d+) frames in (?<seconds>\d+) ms'
scale = { seconds = 1e-3 }
[[accuracy]]
name = "drift"
line = 'drift (?<value>\S+)'
max = 0.05
)";

Error error_of(const std::string& text) {
  const auto engine = parse_engine_file(text, "e.toml");
  REQUIRE_FALSE(engine.has_value());
  CHECK(engine.error().file == "e.toml");
  CHECK_FALSE(engine.error().remedy.empty());
  return engine.error();
}

const std::string kHead = "engine = \"e\"\nsummary = \"s\"\nargv = [\"e\"]\n";
const std::string kWork = "[[work]]\nname = \"n\"\nline = 'x'\n";

}  // namespace

TEST_CASE("an engine file is read whole, work first") {
  const auto engine = parse_engine_file(kWhole, "e.toml");
  REQUIRE(engine.has_value());
  CHECK(engine->name == "burner");
  CHECK(engine->verified == std::vector<std::string>{"1.2"});
  CHECK(engine->options.at("seconds") == "10");
  CHECK(engine->environment.at("LOG") == "{device}");
  CHECK(engine->ops_per_work == 2.5);
  CHECK(engine->ok == std::vector<int>{0, 9});
  CHECK(engine->skip.at(3) == "no resource");
  CHECK(engine->fail.at(2) == "it failed");
  REQUIRE(engine->rules.size() == 3);
  CHECK(engine->rules[0].kind == RuleKind::work);
  CHECK(engine->rules[0].unit == "{frames}");
  CHECK(engine->rules[0].scale.at("seconds") == 1e-3);
  CHECK(engine->rules[1].kind == RuleKind::accuracy);
  CHECK(engine->rules[1].max == "0.050000000000000003");
  CHECK(engine->rules[2].kind == RuleKind::fallback);
  CHECK(engine->rules[2].at == 18);
}

TEST_CASE("a fault of an engine file is named with its line and a remedy") {
  struct Case {
    std::string text;
    int line;
    const char* says;
  };
  const Case cases[] = {
      {kHead + "[[work]]\nname = \"n\"\nline = '(a'\n", 6,
       "not a regular expression, at character"},
      {kHead + "[[work]]\nname = \"n\"\nline = '(?<amuont>a)'\n", 6, "'amuont'"},
      {kHead + "[[work]]\nname = \"N n\"\nline = 'a'\n", 5, "is no name"},
      {kHead + "[[work]]\nname = \"n\"\n", 4, "a line or json"},
      {kHead + "[[work]]\nname = \"n\"\njson = { amount = \"/a\" }\n", 6, "output is text"},
      {kHead + "[work]\nname = \"n\"\n", 4, "several times"},
      {kHead + "output = \"xml\"\n" + kWork, 4, "output must be"},
      {kHead + "colour = 1\n" + kWork, 4, "unknown key 'colour'"},
      {kHead + kWork + "[exit]\nskip = { x = \"a\" }\n", 8, "no exit code"},
      {kHead + kWork + "[version]\nargv = [\"e\"]\nline = 'x'\n", 9, "(?<version>"},
      {kHead + kWork + "[[gauge]]\nname = \"g\"\nline = 'x'\n", 9, "finds no value"},
      {kHead + kWork + "[[accuracy]]\nname = \"g\"\nline = '(?<value>x)'\n", 7, "no bound"},
      {kHead + kWork + "[[refused]]\nline = 'x'\nok = true\n", 9, "no meaning here"},
      {kHead + kWork + "[[fallback]]\nline = '(?<done>x)'\n", 8, "finds no of"},
      {kHead + kWork + "[[fallback]]\nline = 'x'\nasked = \"y\"\n", 8, "finds no ran_on"},
      {kHead + kWork + "[[refused]]\nline = 'x'\npart = \"all\"\n", 9, "no meaning here"},
      {"engine = \"e\"\nsummary = \"s\"\nargv = [\"e\", \"{secs}\"]\n" + kWork, 3, "'secs'"},
      {kHead, 0, "nothing here is work"},
      {"engine = \"e\"\nsummary = \"s\"\nargv = \"e\"\n" + kWork, 3, "wrong kind"},
      {"engine = \"e\"\nargv = [\"e\"]\n" + kWork, 0, "summary is missing"},
      {"engine = [\n", 1, "not valid TOML"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    const Error error = error_of(c.text);
    INFO(error.message());
    CHECK(error.what.find(c.says) != std::string::npos);
    if (c.line > 0) CHECK(error.line == c.line);
  }
}

TEST_CASE("an engine file is bounded") {
  CHECK(error_of(kHead + kWork + std::string(kMaxEngineBytes, '#')).code == Errc::full);
  std::string many = kHead;
  for (std::size_t i = 0; i <= kMaxRules; ++i) many += kWork;
  CHECK(error_of(many).what.find("more than 64 rules") != std::string::npos);
  std::string args = "engine = \"e\"\nsummary = \"s\"\nargv = [";
  for (int i = 0; i < 100; ++i) args += "\"e\",";
  CHECK(error_of(args + "]\n" + kWork).what.find("more than 64 entries") != std::string::npos);
  CHECK(error_of(kHead + "verified = [\"a\\u0000b\"]\n" + kWork).what.find("too long") !=
        std::string::npos);
}

TEST_CASE("only a lower-case name in braces is a word") {
  CHECK(words_in("{a} x{b_1}{ {C} {\"d\":{e}}") == std::vector<std::string>{"a", "b_1", "e"});
}
