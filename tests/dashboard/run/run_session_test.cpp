// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/run_session.hpp"

#include "dashboard/plot/curve.hpp"
#include "tests/support/dashboard_run.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

namespace {
const auto kNever = [] { return false; };
}

TEST_CASE("The usual plots of a stored run come with exact extremes at any zoom") {
  const test::WatchedRun stored;
  auto session = RunSession::open(stored.path);
  REQUIRE(session);
  const auto run = session->model();
  REQUIRE(run);
  const auto specs = default_plots(*run, "pi");
  REQUIRE(specs.size() == 4);
  for (const std::size_t columns : {1u, 7u, 300u, 4000u}) {
    const auto data = session->plots(specs, run->whole(), columns, kNever);
    REQUIRE(data.size() == 4);
    for (const PlotData& plot : data) {
      CHECK_FALSE(plot.error);
      CHECK_FALSE(plot.partial);
    }
    CHECK(extremes(data[1].views)->hi == 97.5);  // one sample of 900
    CHECK(extremes(data[0].views)->hi == Approx(20).epsilon(0.01));
    CHECK(extremes(data[0].views)->lo == Approx(14).epsilon(0.05));
  }
}

TEST_CASE("Time after the newest sample is no gap") {
  const test::WatchedRun stored(test::watched_run(), false);
  auto session = RunSession::open(stored.path);
  REQUIRE(session);
  const auto run = session->model();
  const auto data =
      session->plots({*find_plot(*run, "soc.temperature")}, {0, 10 * run->last}, 100, kNever);
  REQUIRE(data[0].views.size() == 1);
  CHECK(data[0].views[0].bins.size() <= 11);
}

TEST_CASE("A channel that went away is an error of its plot alone; no file is one of all") {
  const test::WatchedRun stored;
  auto session = RunSession::open(stored.path);
  REQUIRE(session);
  const auto run = session->model();
  PlotSpec ghost;
  ghost.curves.push_back({"pi", "no.such", "", "no.such", "W", false, Provenance::measured});
  const auto data =
      session->plots({ghost, *find_plot(*run, "board.power")}, run->whole(), 100, kNever);
  CHECK(data[0].error);
  CHECK_FALSE(data[1].error);
  CHECK(data[1].views[0].bins.size() > 50);
  CHECK(RunSession::open(stored.path + ".none").has_error());
}
