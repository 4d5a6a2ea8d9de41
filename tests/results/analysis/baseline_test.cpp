// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/baseline.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

struct Made {
  Progress progress;
  std::optional<Baseline> baseline;
};

Made make(const Load& load, double seconds, const OverTime& factor = constant(1)) {
  Plant plant;
  plant.work("chat", load, 0, seconds, factor);
  Made out;
  const Interval range{0, from_seconds(seconds)};
  out.progress = load_progress(plant.board(), "chat", "tokens", range, 10 * kMinute);
  out.baseline = make_baseline(out.progress, tile(whole_cycles(out.progress, range), 30 * kSecond));
  return out;
}

Load growing() {
  Load load;
  load.answer_tokens = 400;
  load.slowdown = 0.5;
  return load;
}

}  // namespace

TEST_CASE("the baseline knows where in its cycle a growing context is") {
  const Made made = make(growing(), 600);
  REQUIRE(made.baseline);
  CHECK(made.baseline->cycle_work == 400);
  REQUIRE(made.baseline->busy_at.size() == 33);
  CHECK(made.baseline->busy_at.back() == Approx(400 / made.baseline->speed));
  // Its first quarter is faster than its last by the growth of the context.
  const auto& b = made.baseline->busy_at;
  CHECK(b[8] - b[0] < 0.7 * (b[32] - b[24]));
  for (const Cell& c : make_cells(made.progress, {0, kHour}, *made.baseline, 1)) {
    CHECK(c.ratio() == Approx(1).epsilon(0.02));
  }
}

TEST_CASE("a lasting fall is seen inside a cycle, to within the cell") {
  const Made made = make(growing(), 600, pulse(300, 330, 0.8, 1));
  const auto cells = make_cells(made.progress, {0, kHour}, *made.baseline, 1);
  const auto slow = slow_intervals(cells, 0.95, 5 * kSecond);
  REQUIRE(slow.size() == 1);
  CHECK(to_seconds(slow[0].from) == Approx(300).margin(2));
  CHECK(to_seconds(slow[0].to) == Approx(330).margin(2));
  double lost = 0;
  for (const Cell& c : cells) lost += c.lost();
  CHECK(lost == Approx(30 * 0.2 * 15).epsilon(0.2));  // about 15 tokens/s over the cycle
}

TEST_CASE("cycles that differ are compared whole, and so is a shared busy time") {
  Load mixed;
  mixed.answers = {20, 60};
  CHECK(make(mixed, 300).baseline->busy_at.empty());
  Load shared;
  shared.own_busy = false;
  const Made made = make(shared, 300);
  CHECK(made.baseline->busy_at.empty());
  for (const Cell& c : make_cells(made.progress, {0, kHour}, *made.baseline, 1)) {
    CHECK(c.work == 40);
    CHECK(c.ratio() == Approx(1));
  }
}

TEST_CASE("a start that was throttled for half of it does not set the baseline") {
  const Made made = make({}, 600, pulse(0, 300, 0.6, 1));
  CHECK(made.baseline->speed == Approx(20));
  CHECK_FALSE(make_baseline(made.progress, {}));
}

TEST_CASE("slow times: dips shorter than the debounce are nothing") {
  std::vector<Cell> cells;
  const auto add = [&cells](double ratio) {
    const auto t = static_cast<Nanos>(cells.size()) * kSecond;
    cells.push_back({{t, t + kSecond}, ratio, 1, ratio});
  };
  for (int i = 0; i < 60; ++i) add(i >= 10 && i < 14 ? 0.5 : i >= 30 && i < 36 ? 0.9 : 1.0);
  const auto slow = slow_intervals(cells, 0.95, 5 * kSecond);
  REQUIRE(slow.size() == 1);
  CHECK(slow[0] == Interval{30 * kSecond, 36 * kSecond});
  CHECK(slow_intervals(cells, 0.95, 3 * kSecond).size() == 2);
  CHECK(slow_intervals(cells, 0.85, 5 * kSecond).empty());
  cells.clear();
  for (int i = 0; i < 60; ++i) add(i % 4 == 0 ? 1.0 : 0.8);  // one cell in four looks well
  CHECK(slow_intervals(cells, 0.95, 5 * kSecond).size() == 1);
}

TEST_CASE("lost work is what the baseline would have done in the same time") {
  const Cell slow{{0, kSecond}, 10, 2, 1};
  CHECK(slow.ratio() == 0.5);
  CHECK(slow.lost() == 10);
  const Cell fast{{0, kSecond}, 10, 1, 2};
  CHECK(fast.lost() == 0);
}
