// SPDX-License-Identifier: Apache-2.0
#include "results/report/export/jsonl_export.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/results/report/export/exported_run.hpp"

using namespace soakrig;
using namespace soakrig::test;
using nlohmann::json;

TEST_CASE("each line is an object: the run, its sources, every row, gap and event") {
  const ExportedRun run;
  const report::RunClock clock(run.reader().header().start_utc_ns);
  REQUIRE(report::export_jsonl(run.reader(), clock, run.file("run.jsonl")));
  std::istringstream lines(run.text("run.jsonl"));
  std::map<std::string, std::vector<json>> by_type;
  std::string first;
  for (std::string line; std::getline(lines, line);) {
    const json object = json::parse(line);
    if (first.empty()) first = object["type"];
    by_type[object["type"]].push_back(object);
  }
  CHECK(first == "run");
  CHECK(by_type["run"][0]["provenance"] == "measured");
  REQUIRE(by_type["source"].size() == 2);
  CHECK(by_type["source"][0]["board"] == "../=evil");
  CHECK(by_type["source"][1]["board"].is_null());
  CHECK(by_type["source"][0]["channels"][0]["unit"] == "Cel");
  REQUIRE(by_type["row"].size() == 6);
  CHECK(by_type["row"][0]["values"]["soc.temperature"] == 60.5);
  CHECK_FALSE(by_type["row"][0].contains("states"));
  CHECK_FALSE(by_type["row"][1]["values"].contains("soc.temperature"));  // never a zero
  CHECK(by_type["row"][1]["states"]["soc.temperature"] == "stale");
  CHECK(by_type["row"][1]["utc"] == "2026-03-01T12:00:01.000Z");
  REQUIRE(by_type["gap"].size() == 1);
  CHECK(by_type["gap"][0]["elapsed_s"] == 2.0);
  CHECK(by_type["gap"][0]["gap_s"] == 7.0);
  REQUIRE(by_type["event"].size() == 1);
  CHECK(by_type["event"][0]["body"]["class"] == "oom");
}
