// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/history.hpp"

#include "results/store/reader.hpp"
#include "tests/support/dashboard_run.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

TEST_CASE("A judged run is a row with its figures; a file that is none is a row with its error") {
  const test::WatchedRun stored;
  stored.directory.write("broken.soak", "no database, but long enough to be looked at as one");
  const auto listed = store::Archive(stored.directory.path().string()).runs();
  REQUIRE(listed);
  std::vector<HistoryRow> rows;
  for (const auto& run : *listed) {
    std::optional<store::Judgement> judgement;
    if (!run.error) judgement = store::Reader::open(run.path).value().judgement().value();
    rows.push_back(history_row(run, judgement));
  }
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].name == "watched");
  CHECK(rows[0].boards == "pi");
  CHECK(rows[0].verdict == Verdict::fail);
  CHECK(rows[0].unit == "{token}/s");
  CHECK(rows[0].peak.value() == Approx(20).epsilon(0.01));
  CHECK(rows[0].episodes == 1);
  CHECK(rows[0].length);
  REQUIRE(rows[1].error);
  CHECK(rows[1].error->find("broken.soak") != std::string::npos);
  CHECK_FALSE(rows[1].verdict);

  CHECK(history_rows(rows, "").size() == 2);
  CHECK(history_rows(rows, "PI fail").size() == 1);
  CHECK(history_rows(rows, "pass").empty());
}

TEST_CASE("The newest run is the first row") {
  std::vector<HistoryRow> rows(3);
  rows[0].started_utc = 5, rows[1].started_utc = 9, rows[2].started_utc = 7;
  const auto sorted = history_rows(rows, "");
  CHECK(sorted[0].started_utc == 9);
  CHECK(sorted[2].started_utc == 5);
}
