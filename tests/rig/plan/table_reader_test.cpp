// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/table_reader.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;

namespace {
Value table_of(const std::string& toml) {
  auto root = parse_toml(toml, "p.toml");
  REQUIRE(root.has_value());
  return *root;
}
}  // namespace

TEST_CASE("getters give what is there and good, and nothing else") {
  const Value table = table_of(
      "window = \"10s\"\nstability_min = 0.9\nmax_incidents = 2\nsteal_max = \"5%\"\nshort_window "
      "= 1\n");
  Faults faults("p.toml");
  const TableReader reader(&table, {"verdict"}, "[verdict]", faults);
  CHECK(reader.duration("window") == 10 * kSecond);
  CHECK(reader.number("stability_min") == 0.9);
  CHECK(reader.integer("max_incidents") == 2);
  CHECK(reader.number("steal_max") == 0.05);
  CHECK(!reader.duration("short_window"));  // a bare number: a fault, not a value
  CHECK(!reader.has("short_window"));
  CHECK(!reader.number("claim_min"));
  CHECK(reader.place("short_window").line == 5);
  const auto list = faults.take();
  REQUIRE(list.size() == 1);
  CHECK(list[0].line == 5);
}

TEST_CASE("an absent table has no values and no faults") {
  Faults faults("p.toml");
  const TableReader reader(nullptr, {"phase"}, "[[phase]]", faults);
  CHECK(!reader.text("name"));
  CHECK(!reader.boolean("reference"));
  CHECK(reader.texts("work").empty());
  CHECK(reader.place("name").line == 0);
  CHECK(faults.empty());
}

TEST_CASE("a required key that is missing is a fault of its table") {
  const Value table =
      table_of("name = \"hot\"\nwork = [\"a\", \"b\"]\nreference = true\nramp = \"60K/min\"");
  Faults faults("p.toml");
  const TableReader reader(&table, {"phase"}, "phase hot", faults);
  CHECK(reader.texts("work") == std::vector<std::string>{"a", "b"});
  CHECK(reader.boolean("reference") == true);
  CHECK(reader.number("ramp") == 1.0);
  const auto list = faults.take();
  REQUIRE(list.size() == 1);
  CHECK(list[0].what == "phase hot has no 'soak'");
}

TEST_CASE("a key in the wrong table is sent home") {
  const Value table = table_of("window = \"10s\"\n");
  Faults faults("p.toml");
  const TableReader reader(&table, {"soak"}, "[soak]", faults);
  const auto list = faults.take();
  REQUIRE(list.size() == 1);
  CHECK(list[0].remedy == "it belongs to [verdict]");
}

TEST_CASE("free keys are left to the caller") {
  const Value table = table_of("low = 1.0\n\"soc.temperature\" = 3\n");
  Faults faults("p.toml");
  const TableReader strict(&table, {"chamber.limits"}, "limits", faults);
  CHECK(faults.take().size() == 1);
  Faults none("p.toml");
  const TableReader free(&table, {"chamber.limits"}, "limits", none, true);
  CHECK(none.empty());
  CHECK(free.number("low") == 1.0);
}
