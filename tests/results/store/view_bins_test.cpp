// SPDX-License-Identifier: Apache-2.0
#include "results/store/view_bins.hpp"

#include "tests/support/catch.hpp"

namespace soakrig::store {
namespace {

std::vector<ViewBin> rows_at(std::initializer_list<Nanos> times) {
  std::vector<ViewBin> out;
  for (const Nanos t : times) out.push_back(stretch_of(t, static_cast<double>(t), State::good));
  return out;
}

TEST_CASE("rows fall into even bins with their exact extremes") {
  const auto bins = fill_bins(0, 9, 5, rows_at({0, 1, 4, 5, 9}), std::nullopt);
  REQUIRE(bins.size() == 5);
  CHECK(bins[0] == ViewBin{0, 2, 0, 1, 1, 2, 2, 0});
  CHECK(bins[1] == ViewBin{2, 4, 0, 0, 0, 0, 0, 0});  // empty, not zero: rows == 0
  CHECK(bins[2] == ViewBin{4, 6, 4, 5, 9, 2, 2, 0});
  CHECK(bins[4] == ViewBin{8, 10, 9, 9, 9, 1, 1, 0});
}

TEST_CASE("rows that are not good count as rows, set their flag and touch no extreme") {
  std::vector<ViewBin> rows = {stretch_of(0, 0, State::error), stretch_of(1, 7, State::good),
                               stretch_of(2, 0, State::stale), stretch_of(3, -7, State::good),
                               stretch_of(4, 0, State::no_data)};
  const auto bins = fill_bins(0, 4, 1, rows, std::nullopt);
  REQUIRE(bins.size() == 1);
  CHECK(bins[0] == ViewBin{0, 5, -7, 7, 0, 2, 5, kBinError | kBinStale | kBinNoData});
  CHECK(fill_bins(0, 0, 1, std::span(rows).first(1), std::nullopt)[0] ==
        ViewBin{0, 1, 0, 0, 0, 0, 1, kBinError});
}

TEST_CASE("an edge never cuts a stretch; it moves to the nearer end") {
  const std::vector<ViewBin> stretches = {{0, 40, 1, 2, 3, 2, 2, 0}, {40, 100, 0, 9, 9, 3, 3, 0}};
  const auto bins = fill_bins(0, 99, 2, stretches, std::nullopt);  // an even edge would be at 50
  REQUIRE(bins.size() == 2);
  CHECK(bins[0] == ViewBin{0, 40, 1, 2, 3, 2, 2, 0});
  CHECK(bins[1] == ViewBin{40, 100, 0, 9, 9, 3, 3, 0});
  // More bins than stretches: each keeps its own, and the bins still tile the range.
  const auto more = fill_bins(-50, 149, 4, stretches, std::nullopt);
  REQUIRE(more.size() == 4);
  CHECK(more[0] == ViewBin{-50, 0, 0, 0, 0, 0, 0, 0});
  CHECK(more[1].max == 2);
  CHECK(more[2].max == 9);
  CHECK(more[3] == ViewBin{100, 150, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("missing rows mark every bin they would be in, and nothing for an irregular source") {
  const auto rows = rows_at({0, 1, 2, 7, 8, 9});
  const auto bins = fill_bins(0, 9, 10, rows, 3);
  REQUIRE(bins.size() == 10);
  for (std::size_t i = 0; i < 10; ++i) {
    CAPTURE(i);
    CHECK(((bins[i].flags & kBinGap) != 0) == (i > 2 && i < 7));
  }
  for (const ViewBin& bin : fill_bins(0, 9, 10, rows, std::nullopt)) CHECK(bin.flags == 0);
  CHECK(longest_step(100 * kMillisecond) == 2 * kSecond);
  CHECK(longest_step(kSecond) == 10 * kSecond);
  CHECK_FALSE(longest_step(0));
  CHECK(longest_step(INT64_MAX) == INT64_MAX);
}

TEST_CASE("ranges of any size are tiled") {
  CHECK(fill_bins(5, 4, 3, {}, std::nullopt).empty());
  CHECK(fill_bins(5, 5, 0, {}, std::nullopt).empty());
  CHECK(fill_bins(5, 5, 100, {}, std::nullopt).size() == 1);
  const auto all = fill_bins(INT64_MIN, INT64_MAX, 1000, {}, std::nullopt);
  REQUIRE(all.size() == 1000);
  CHECK(all.front().t0 == INT64_MIN);
  CHECK(all.back().t1 == INT64_MAX);
  for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i].t0 == all[i - 1].t1);
}

}  // namespace
}  // namespace soakrig::store
