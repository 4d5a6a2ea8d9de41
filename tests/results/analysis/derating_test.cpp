// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/derating.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/thermal_plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

DeratingPoint at(double ambient, double sustained) {
  return {ambient, sustained, sustained - 1, sustained + 1, true, "p"};
}

const DeratingPoint* point(const Derating& d, double ambient) {
  const auto found = std::ranges::find_if(
      d.points, [&](const DeratingPoint& p) { return std::abs(p.ambient - ambient) < 1e-6; });
  return found == d.points.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("measured at the steps, straight between them, with the error of the inner steps") {
  const Derating d = derate({at(40, 16), at(20, 20), at(30, 19), at(50, 10)}, std::nullopt);
  CHECK(d.refused.empty());
  REQUIRE(d.points.size() == 7);
  CHECK(d.points.front().ambient == 20);
  CHECK(d.points.front().measured);
  REQUIRE(point(d, 25) != nullptr);
  CHECK_FALSE(point(d, 25)->measured);
  CHECK(point(d, 25)->sustained == Approx(19.5));
  CHECK(*point(d, 45)->lower == Approx(12));
  // 30 from 20 and 40: 18, off by 1; 40 from 30 and 50: 14.5, off by 1.5.
  CHECK(*d.error == Approx(std::sqrt((1.0 + 2.25) / 2)));
}

TEST_CASE("level up to the critical ambient where the model knows one") {
  const Derating d = derate({at(20, 20), at(40, 16)}, 30.0);
  CHECK(point(d, 25)->sustained == Approx(20));
  CHECK(point(d, 30)->sustained == Approx(20));
  CHECK(point(d, 35)->sustained == Approx(18));
  CHECK(d.method.find("critical ambient of 30.0 Cel") != std::string::npos);
  CHECK_FALSE(d.error);  // two steps
}

TEST_CASE("wide steps are not bridged, and one ambient is no curve") {
  const Derating wide = derate({at(20, 20), at(45, 10), at(55, 8)}, std::nullopt);
  CHECK(wide.refused.find("between 20.0 and 45.0") != std::string::npos);
  CHECK(point(wide, 30) == nullptr);
  CHECK(point(wide, 50) != nullptr);
  const Derating one = derate({at(25, 20), at(25.4, 19)}, std::nullopt);
  CHECK(one.points.size() == 2);
  CHECK(one.refused == "it was measured at one ambient only");
  CHECK(derate({}, std::nullopt).points.empty());
}

TEST_CASE("a ladder of ambients on a thermal plant: what is predicted between is near the truth") {
  const double kStep = 3600;
  Plant plant;
  const OverTime ambient = [=](double t) { return 20 + 10 * std::floor(t / kStep); };
  const auto trace = simulate({}, ambient, constant(1), 4 * kStep);
  add_thermal(plant, trace, ambient);
  plant.work("chat", {}, 0, 4 * kStep, from(trace.speed));
  const RunView run =
      make_run({plant.board()}, {{"20", kStep}, {"30", kStep}, {"40", kStep}, {"50", kStep}});
  const Judgement j = judge(run);
  REQUIRE(j.boards[0].derating.size() == 1);
  const Derating& d = j.boards[0].derating[0];
  CHECK(d.workload == "chat");
  CHECK(d.unit == "{token}/s");
  CHECK(point(d, 20)->sustained == Approx(20).epsilon(0.001));
  CHECK(point(d, 50)->sustained < 13);
  REQUIRE(d.error);
  CHECK(*d.error < 2);
  // Held against a plant that stands at 45 Cel for long.
  Plant other;
  const auto truth = simulate({}, constant(45), constant(1), 2 * kStep);
  add_thermal(other, truth, constant(45));
  other.work("chat", {}, 0, 2 * kStep, from(truth.speed));
  const Judgement real = judge(make_run({other.board()}, {{"45", 2 * kStep}}));
  CHECK(point(d, 45)->sustained == Approx(*real.boards[0].phases[0].work[0].sustained).margin(1.5));
}
