// SPDX-License-Identifier: Apache-2.0
// Also tests: cost_file.cpp decision_words.cpp input_table.cpp
#include "rig/app/cost_file.hpp"

#include "rig/app/input_table.hpp"
#include "tests/rig/app/called.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::test;

namespace {

const std::string kWhole = R"([cost]
currency = "EUR"
years = 5
requests_per_day = 1000
prompt_tokens = 100
answer_tokens = 200
[[rate]]
from = "USD"
value = 0.5
date = 2026-03-02
source = "bank"
[edge]
price = { value = 100, currency = "USD", date = "2026-03-02", source = "quote" }
energy = { value = 0.3, date = 2026-03-01, source = "contract" }
field_visit = { value = 80, date = 2026-03-01, source = "contract" }
failures_per_year = { value = 0.1, lower = 0.05, upper = 0.2, source = "fleet" }
idle_power_w = 2
[cloud]
input = { value = 1, date = 2026-03-02, source = "list" }
output = { value = 4, date = 2026-03-02, source = "list" }
)";

// What is said about the file with one text in it replaced.
std::string complaint(const std::string& what, const std::string& by) {
  std::string text = kWhole;
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  text.replace(at, what.size(), by);
  const auto parsed = app::parse_cost(text, "c.toml");
  REQUIRE_FALSE(parsed);
  return parsed.error().message();
}

}  // namespace

TEST_CASE("cost file: prices are converted by the stated rate and kept as written") {
  const auto plan = app::parse_cost(kWhole, "c.toml");
  REQUIRE(plan);
  CHECK(plan->stated.price == 50);
  CHECK(plan->stated.energy_kwh == 0.3);
  CHECK(plan->count_devices);
  CHECK(*plan->stated.failures_year.upper == 0.2);
  REQUIRE(plan->prices.size() == 6);
  CHECK(plan->prices[0].value == 100);
  CHECK(plan->prices[0].date == "2026-03-02");
  CHECK(plan->prices[1].date == "2026-03-01");  // a TOML date, not a text
}

TEST_CASE("cost file: each fault is one error with its line and a remedy") {
  CHECK(has(complaint("date = \"2026-03-02\", source = \"quote\"", "source = \"quote\""),
            "c.toml:13: [edge] price has no date"));
  CHECK(has(complaint("value = 0.3,", "value = -0.3,"), "c.toml:14: [edge] energy value is -0.3"));
  CHECK(has(complaint("currency = \"USD\"", "currency = \"CNY\""),
            "c.toml:13: [edge] price is in CNY, the answer in EUR; add [[rate]]"));
  CHECK(has(complaint("\"2026-03-02\"", "\"2026-02-30\""), "is no day"));
  CHECK(has(complaint("years = 5", "yaers = 5"), "did you mean 'years'?"));
  CHECK(has(complaint("years = 5", "years = 0"), "c.toml:3"));
  CHECK(has(complaint("lower = 0.05, ", ""), "one bound only"));
  CHECK(has(complaint("lower = 0.05", "lower = 0.15"), "outside its own bounds"));
  CHECK(has(complaint("output = {", "monthly = {"), "[cloud] has no output"));
  CHECK(has(complaint("price = { value = 100, currency = \"USD\", date = \"2026-03-02\", "
                      "source = \"quote\" }",
                      "price = 100"),
            "without a date and a source"));
  CHECK(has(complaint("idle_power_w = 2", "spares = 3"), "no share"));
  CHECK(has(complaint("[cost]", "[[cost]]"), "[cost] is no table"));
  CHECK(has(complaint("[cost]", "[cost"), "c.toml:1"));
  CHECK_FALSE(app::parse_cost("", "c.toml"));
}

TEST_CASE("cost and report: exit codes") {
  const TempDir directory;
  fill(directory);
  const std::string archive = directory.path().string();
  directory.write("c.toml", kWhole);
  directory.write("bad.toml", "[cost]\n");
  const Called plain = call("cost", {directory.file("c.toml"), "last", "--archive", archive});
  CHECK(plain.code == 0);
  CHECK(has(plain.out, "cost over 5 years in EUR"));
  CHECK(has(plain.out, "2026-03-02"));
  CHECK(call("cost", {directory.file("bad.toml"), "last", "--archive", archive}).code == 4);
  CHECK(call("cost", {directory.file("no.toml"), "last", "--archive", archive}).code == 4);
  CHECK(call("cost", {directory.file("c.toml"), "nobody", "--archive", archive}).code == 4);
  CHECK(
      call("cost", {directory.file("c.toml"), "last", "--archive", archive, "--lang", "fr"}).code ==
      4);
  const std::string page = directory.file("r.html");
  CHECK(call("report", {"last", "--archive", archive, "-o", page, "--cost",
                        directory.file("c.toml"), "--lang", "zh"})
            .code == 0);
  std::ifstream text(page);
  const std::string html{std::istreambuf_iterator<char>(text), {}};
  CHECK(has(html, "全寿命成本"));
  CHECK(call("report",
             {"last", "--archive", archive, "-o", page, "--cost", directory.file("bad.toml")})
            .code == 4);
}
