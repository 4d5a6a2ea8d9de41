// SPDX-License-Identifier: Apache-2.0
//
// CTest `system.cost`: the worked examples of docs/formats/cost.md from stored runs of known
// figures through the command, to the cent; and that the answer follows its inputs.
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/rig/app/called.hpp"
#include "tests/support/judged_run.hpp"

using namespace soakrig;
using namespace soakrig::test;
using nlohmann::json;

namespace {

double cents(const json& v) { return std::round(v.get<double>() * 100) / 100; }

const std::string kOneDevice = R"([cost]
currency = "EUR"
years = 2
devices = 1
requests_per_day = 1000
prompt_tokens = 100
answer_tokens = 200
[edge]
price = { value = 300, date = 2026-03-01, source = "by hand" }
install = { value = 50, date = 2026-03-01, source = "by hand" }
energy = { value = 0.30, date = 2026-03-01, source = "by hand" }
field_visit = { value = 0, date = 2026-03-01, source = "by hand" }
failures_per_year = { value = 0, source = "by hand" }
idle_power_w = 2
[cloud]
input = { value = 1, date = 2026-03-01, source = "by hand" }
output = { value = 4, date = 2026-03-01, source = "by hand" }
)";

const std::string kFleet = R"([cost]
currency = "EUR"
years = 4
devices = 10
requests_per_day = 20000
prompt_tokens = 300
answer_tokens = 150
[[rate]]
from = "USD"
value = 0.90
date = 2026-03-01
source = "by hand"
[edge]
price = { value = 200, currency = "USD", date = 2026-03-01, source = "by hand" }
install = { value = 20, date = 2026-03-01, source = "by hand" }
energy = { value = 0.25, date = 2026-03-01, source = "by hand" }
connectivity = { value = 3, date = 2026-03-01, source = "by hand" }
operations = { value = 1.5, date = 2026-03-01, source = "by hand" }
updates = { value = 6, date = 2026-03-01, source = "by hand" }
field_visit = { value = 80, date = 2026-03-01, source = "by hand" }
field_visits_per_year = 0.25
failures_per_year = { value = 0.1, source = "by hand" }
spares = "10%"
cooling = 1.4
depreciation = 5
utilisation = "50%"
idle_power_w = 5
[cloud]
input = { value = 0.2, date = 2026-03-01, source = "by hand" }
output = { value = 0.8, date = 2026-03-01, source = "by hand" }
monthly = { value = 10, date = 2026-03-01, source = "by hand" }
[hybrid]
edge_share = "60%"
)";

struct Archive {
  TempDir directory;
  json cost(const std::string& toml, const std::string& run) const {
    directory.write("cost.toml", toml);
    const Called called = call("cost", {directory.file("cost.toml"), run, "--archive",
                                        directory.path().string(), "--json"});
    REQUIRE(called.code == 0);
    return json::parse(called.out)["candidates"][0];
  }
  void add(const KnownFigures& known, const std::string& name, int day) const {
    store_known(directory.path().string(), known, name,
                "2026030" + std::to_string(day) + "-120000-0a1b2c3d");
  }
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("example 1: one device") {
  const Archive archive;
  archive.add({}, "one", 1);
  const json a = archive.cost(kOneDevice, "one")["answer"];
  CHECK(cents(a["edge"]["parts"]["energy"]) == 15.38);
  CHECK(cents(a["edge"]["total"]) == 365.38);
  CHECK(cents(a["edge"]["per_million"]) == 2.50);
  CHECK(cents(a["cloud"]["total"]) == 657.00);
  CHECK(cents(a["cloud"]["per_million"]) == 4.50);
  CHECK(std::round(a["break_even"]["requests_per_day"].get<double>() * 10) == 5528);
  CHECK(cents(a["break_even"]["months"]) == 13.09);
  CHECK(a["cheaper"] == "edge");
  CHECK(a["hybrid"].is_null());
}

TEST_CASE("example 2: a fleet with everything") {
  const Archive archive;
  KnownFigures known;
  known.tokens_per_s = 12;
  known.power_w = 15;
  known.availability = 0.99;
  archive.add(known, "fleet", 1);
  const json a = archive.cost(kFleet, "fleet")["answer"];
  CHECK(cents(a["capacity_per_day"]) == 34214.4);
  const json& parts = a["edge"]["parts"];
  const std::vector<std::pair<std::string, double>> by_hand{
      {"devices", 1800},  {"spares", 180},         {"replacements", 540},  {"install", 200},
      {"energy", 968.06}, {"connectivity", 1440},  {"field_visits", 1120}, {"operations", 720},
      {"updates", 240},   {"residual_value", -360}};
  CHECK(parts.size() == by_hand.size());
  for (const auto& [name, value] : by_hand) {
    INFO(name);
    CHECK(cents(parts[name]) == value);
  }
  CHECK(cents(a["edge"]["total"]) == 6848.06);
  CHECK(cents(a["edge"]["per_million"]) == 1.56);
  CHECK(cents(a["cloud"]["total"]) == 5736.00);
  CHECK(cents(a["cloud"]["per_million"]) == 1.31);
  CHECK(cents(a["hybrid"]["parts"]["edge"]) == 6706.12);
  CHECK(cents(a["hybrid"]["parts"]["cloud"]) == 2582.40);
  CHECK(cents(a["hybrid"]["total"]) == 9288.52);
  CHECK(a["cheaper"] == "cloud");
}

TEST_CASE("example 3: more than the device can do") {
  const Archive archive;
  archive.add({}, "one", 1);
  const std::string busy = replaced(kOneDevice, "= 1000\n", "= 10000\n");
  const json few = archive.cost(busy, "one");
  CHECK(cents(few["answer"]["edge"]["requests_per_day"]) == 8640);
  CHECK(few["notes"].dump().find("8640 of the 10000") != std::string::npos);
  const json counted = archive.cost(replaced(busy, "devices = 1\n", ""), "one");
  CHECK(counted["answer"]["devices"] == 2);
}

TEST_CASE("sensitivity: what is moved moves the answer the right way, and by its interval") {
  const Archive archive;
  KnownFigures known;
  known.lower = 18;
  known.upper = 22;
  known.power_lower = 9;
  known.power_upper = 11;
  archive.add(known, "wide", 1);
  archive.add({}, "sharp", 2);
  const json wide = archive.cost(kOneDevice, "wide")["answer"];
  const json sharp = archive.cost(kOneDevice, "sharp")["answer"];
  CHECK(wide["edge"]["total"] == sharp["edge"]["total"]);
  CHECK(sharp["edge_per_million_best"] == sharp["edge_per_million_worst"]);
  CHECK(wide["edge_per_million_best"] < wide["edge"]["per_million"]);
  CHECK(wide["edge_per_million_worst"] > wide["edge"]["per_million"]);
  std::size_t seen = 0;
  for (const json& s : wide["sensitivity"]) {
    const std::string input = s["input"];
    const double low = s["per_million_low"], high = s["per_million_high"];
    INFO(input);
    if (input == "price" || input == "energy" || input == "busy_power_w") CHECK(low < high);
    if (input == "tokens_per_s" || input == "requests_per_day" || input == "years") {
      CHECK(low > high);
    }
    CHECK(s["measured"].get<bool>() == (input == "tokens_per_s" || input == "busy_power_w"));
    if (input != "price") continue;
    ++seen;
    // By hand: 20 % of 300.00 over 146 million tokens.
    CHECK(std::abs(high - low - 120.0 / 146) < 1e-9);
    const json dearer =
        archive.cost(replaced(kOneDevice, "value = 300", "value = 360"), "wide")["answer"];
    CHECK(std::abs(dearer["edge"]["per_million"].get<double>() - high) < 1e-9);
  }
  CHECK(seen == 1);
}
