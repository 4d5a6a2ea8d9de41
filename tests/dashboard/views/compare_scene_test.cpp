// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/compare_scene.hpp"

#include <numeric>

#include "tests/support/dashboard_screen.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

TEST_CASE("A distribution is shares of time by value") {
  store::View view;
  for (int i = 0; i < 10; ++i) {
    store::ViewBin bin;
    bin.t0 = i * kSecond, bin.t1 = (i + 1) * kSecond;
    bin.rows = bin.good = 1;
    bin.sum = bin.min = bin.max = i < 9 ? 1 : 9;
    view.bins.push_back(bin);
  }
  view.bins[3].good = 0;  // no reading is in no class
  const auto shares = distribution(view, 0, 10, 5);
  CHECK(shares[0] == Approx(8.0 / 9));
  CHECK(shares[4] == Approx(1.0 / 9));
  CHECK(std::accumulate(shares.begin(), shares.end(), 0.0) == Approx(1));
  CHECK(distribution({}, 0, 10, 5) == std::vector<double>(5));
  CHECK(distribution(view, 5, 5, 3) == std::vector<double>(3));
}

TEST_CASE("Compared runs show figures with differences, and one that cannot be read says so") {
  test::WatchedScreen w;
  const test::WatchedRun other(test::make_run(
      {std::move(test::Plant("pi").sensors(300).work("chat", {}, 0, 300, test::constant(0.5)))
           .board()},
      {{"cold", 300}}));
  w.screen.view = ViewKind::compare;
  w.screen.compared = {other.path, w.stored.directory.file("none.soak")};
  w.refresh();
  const test::PaintLog log = w.draw();
  CHECK(log.says("a watched"));
  CHECK(log.says("b plant"));
  CHECK(log.says("c unreadable"));
  CHECK(log.says("-48."));  // half as fast as what the first sustained
  CHECK(log.says("What differs around them"));
  CHECK(log.clips == 0);
}
