// SPDX-License-Identifier: Apache-2.0
#include "workloads/exec/engine_output.hpp"

#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

EngineFile engine(const std::string& rules, const std::string& output = "text") {
  auto file =
      parse_engine_file("engine = \"e\"\nsummary = \"s\"\nargv = [\"e\"]\noutput = \"" + output +
                            "\"\noptions = { device = \"gpu\", bound = 0.5 }\n" + rules,
                        "e.toml");
  if (!file) FAIL(file.error().message());
  return *file;
}

const std::string kFrames = "[[work]]\nname = \"frames\"\nline = 'frames (?<amount>\\S+)'\n";

nlohmann::json note(const Found& found, const char* kind) {
  REQUIRE(found.notes.size() == 1);
  return nlohmann::json::parse(found.notes.front()).at(kind);
}

}  // namespace

TEST_CASE("work counts over the time that passed since the last of its kind, in each run anew") {
  const EngineFile file = engine(kFrames);
  EngineOutput output(file, file.options);
  output.line("frames 10", true, 2 * kSecond);
  output.line("frames 30", false, 5 * kSecond);
  output.line("frames many", true, 6 * kSecond);
  Found found = output.take();
  REQUIRE(found.work.size() == 2);
  CHECK(found.work[0].seconds == 2);
  CHECK(found.work[1].amount == 30);
  CHECK(found.work[1].seconds == 3);
  CHECK(output.worked());
  output.begin();
  CHECK_FALSE(output.worked());
  output.line("frames 1", true, kSecond);
  CHECK(output.take().work.at(0).seconds == 1);
}

TEST_CASE("a program's own seconds, rates, counts and scales are used") {
  const EngineFile file = engine(
      "[[work]]\nname = \"b\"\nline = '(?<amount>\\S+) MB in (?<seconds>\\S+) ms'\n"
      "scale = { amount = 1e6, seconds = 1e-3 }\n"
      "[[work]]\nname = \"r\"\nline = '(?<rate>\\S+)/s for (?<seconds>\\S+) s x(?<count>\\d+)'\n");
  EngineOutput output(file, file.options);
  output.line("3 MB in 500 ms", true, kSecond);
  output.line("5/s for 2 s x3", true, kSecond);
  const Found found = output.take();
  REQUIRE(found.work.size() == 2);
  CHECK(found.work[0].amount == 3e6);
  CHECK(found.work[0].seconds == 0.5);
  CHECK(found.work[1].amount == 30);
}

TEST_CASE("work that is zero, negative or not finite is none") {
  const EngineFile file = engine(kFrames);
  EngineOutput output(file, file.options);
  for (const char* text : {"frames 0", "frames -3", "frames inf", "frames nan", "frames 1e999"}) {
    output.line(text, true, kSecond);
  }
  CHECK(output.take().work.empty());
  CHECK_FALSE(output.worked());
}

TEST_CASE("a rule with after sees the first fitting line behind that one only") {
  const EngineFile file = engine(kFrames +
                                 "[[gauge]]\nname = \"memory_bytes\"\nafter = 'Memory \\(GB\\)'\n"
                                 "line = 'I: +(?<value>[\\d.]+)$'\nscale = { value = 1e9 }\n");
  EngineOutput output(file, file.options);
  output.line("I: 1", true, 1);
  CHECK(output.take().gauges.empty());
  output.line("I: Memory (GB)", true, 1);
  output.line("I: 6.5", true, 1);
  output.line("I: 7", true, 1);
  CHECK(output.take().gauges.at("memory_bytes") == 6.5e9);
}

TEST_CASE("a JSON document gives its values once it is whole") {
  const EngineFile file = engine(
      "[[work]]\nname = \"t\"\njson = { amount = \"/n\", count = \"/l\", seconds = \"/l\" }\n"
      "where = { \"/kind\" = \"read\", \"/on\" = true, \"/d\" = 0 }\nscale = { seconds = 1e-3 }\n",
      "json");
  EngineOutput output(file, file.options);
  output.line("warning: {old", true, 1);
  output.line("{\"kind\":\"read\",\"on\":true,\"d\":0,\"n\":4,", true, 1);
  output.line("not for this stream", false, 1);
  output.line("\"l\":[100,200]}", true, 1);
  CHECK(output.take().work.empty());
  output.end(kSecond);
  const Found found = output.take();
  REQUIRE(found.work.size() == 1);
  CHECK(found.work[0].amount == 8);
  CHECK(found.work[0].seconds == Approx(0.3));
  output.begin();
  output.line("{\"kind\":\"write\",\"on\":true,\"d\":0,\"n\":4,\"l\":[1]}", true, 1);
  output.end(kSecond);
  CHECK(output.take().work.empty());
  CHECK(output.unread().empty());
}

TEST_CASE("a document that is cut off or too long is not used, and says so") {
  const EngineFile file = engine("[[work]]\nname = \"t\"\njson = { amount = \"/n\" }\n", "json");
  EngineOutput output(file, file.options);
  output.line("{\"n\":1", true, 1);
  output.end(kSecond);
  CHECK(output.unread().find("not JSON") != std::string::npos);
  output.begin();
  const std::string blank = "[" + std::string(1 << 20, ' ');
  for (int i = 0; i < 9; ++i) output.line(blank, true, 1);
  output.end(kSecond);
  CHECK(output.unread().find("longer than") != std::string::npos);
  CHECK_FALSE(output.worked());
}

TEST_CASE("of JSON lines each is one, and one that is cut off is left out") {
  const EngineFile file =
      engine("[[work]]\nname = \"t\"\njson = { amount = \"/n\" }\n", "json-lines");
  EngineOutput output(file, file.options);
  output.line("{\"n\":1}", true, kSecond);
  output.line("text", true, kSecond);
  output.line("{\"n\":2,\"x\":", true, kSecond);
  CHECK(output.take().work.size() == 1);
  CHECK_FALSE(output.unread().empty());
}

TEST_CASE("checks and accuracies become comparisons with their bound") {
  const EngineFile file =
      engine(kFrames +
             "[[check]]\nname = \"status\"\nline = 'PASS'\n"
             "[[check]]\nname = \"status\"\nline = 'FAIL'\nok = false\n"
             "[[accuracy]]\nname = \"kld\"\nline = 'KLD: (?<value>\\S+)'\nmax = \"{bound}\"\n");
  EngineOutput output(file, {{"bound", "0.25"}});
  for (const char* text : {"PASS", "FAIL: 3", "KLD: 0.2", "KLD: 0.3", "KLD: ?"}) {
    output.line(text, true, 1);
  }
  const Found found = output.take();
  REQUIRE(found.checks.size() == 4);
  CHECK(found.checks[0].ok);
  CHECK_FALSE(found.checks[1].ok);
  CHECK(found.checks[1].got == "FAIL: 3");
  CHECK(found.checks[2].ok);
  CHECK_FALSE(found.checks[3].ok);
  CHECK(found.checks[3].expected == "kld <= 0.25");
  CHECK(found.checks[3].got == "0.3");
}

TEST_CASE("a refusal names operator and format, and is told once") {
  const EngineFile file =
      engine(kFrames +
             "[[refused]]\nline = 'operator (?<operator>\\w+) of (?<format>\\w+) unsupported'\n");
  EngineOutput output(file, file.options);
  output.line("E operator Foo of int4 unsupported", false, 1);
  output.line("E operator Foo of int4 unsupported", false, 1);
  CHECK(output.refused());
  const auto body = note(output.take(), "refused");
  CHECK(body.at("engine") == "e");
  CHECK(body.at("operator") == "Foo");
  CHECK(body.at("format") == "int4");
  output.begin();
  CHECK_FALSE(output.refused());
  output.line("operator Foo of int4 unsupported", false, 1);
  CHECK(output.refused());
  CHECK(output.take().notes.empty());
}

TEST_CASE("a fallback is one only where something else ran than was asked for") {
  const EngineFile file =
      engine(kFrames +
             "[[fallback]]\nline = 'runs on (?<ran_on>\\w+)'\nasked = \"{device}\"\n"
             "[[fallback]]\nline = 'offloaded (?<done>\\d+)/(?<of>\\d+)'\n");
  EngineOutput output(file, file.options);
  output.line("runs on gpu", true, 1);
  output.line("offloaded 33/33", true, 1);
  CHECK(output.take().notes.empty());
  output.line("runs on cpu", true, 1);
  CHECK(note(output.take(), "fallback").at("ran_on") == "cpu");
  output.line("offloaded 20/33", true, 1);
  CHECK(note(output.take(), "fallback").at("part") == "all but 20 of 33");
}

TEST_CASE("a fallback whose line names nothing says the file's own words, unless that was asked for") {
  const EngineFile file = engine(kFrames +
                                 "[[fallback]]\nline = 'no GPU( but (?<part>[a-z]+))?'\n"
                                 "part = \"the whole model\"\nran_on = \"cpu\"\n"
                                 "asked = \"{device}\"\n");
  EngineOutput output(file, {{"device", "gpu"}});
  output.line("no GPU", true, 1);
  const auto said = note(output.take(), "fallback");
  CHECK(said.at("part") == "the whole model");
  CHECK(said.at("ran_on") == "cpu");
  CHECK(said.at("asked") == "gpu");
  output.line("no GPU but embeddings", true, 1);
  CHECK(note(output.take(), "fallback").at("part") == "embeddings");
  EngineOutput meant(file, {{"device", "cpu"}});
  meant.line("no GPU", true, 1);
  CHECK(meant.take().notes.empty());
}

TEST_CASE("a fallback may count what was asked for by an option") {
  const EngineFile file = engine(kFrames +
                                 "[[fallback]]\nline = 'no GPU'\npart = \"the whole model\"\n"
                                 "done = 0\nof = \"{device}\"\n");
  for (const char* none : {"0", "-1"}) {
    EngineOutput output(file, {{"device", none}});
    output.line("no GPU", true, 1);
    CHECK(output.take().notes.empty());
  }
  for (const char* layers : {"99", "all"}) {
    EngineOutput output(file, {{"device", layers}});
    output.line("no GPU", true, 1);
    CHECK(note(output.take(), "fallback").at("part") == "the whole model");
  }
}

TEST_CASE("a flood of output is bounded: work adds up, the rest is cut") {
  const EngineFile file = engine(kFrames +
                                 "[[check]]\nname = \"c\"\nline = 'frames'\n"
                                 "[[refused]]\nline = 'op (?<operator>\\d+)'\n");
  EngineOutput output(file, file.options);
  for (int i = 1; i <= 1000; ++i) output.line("frames 2", true, i * kSecond);
  for (int i = 1; i <= 1000; ++i) output.line("op " + std::to_string(i), true, kSecond);
  const Found found = output.take();
  double sum = 0;
  for (const Found::Work& work : found.work) sum += work.amount;
  CHECK(sum == 2000);
  CHECK(found.work.size() <= EngineOutput::kMaxFound);
  CHECK(found.checks.size() == EngineOutput::kMaxFound);
  CHECK(found.notes.size() == EngineOutput::kMaxRemarks);
}
