// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/energy_check.hpp"

#include <functional>
#include <random>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::instruments;

namespace {

// A meter read once a second: true power, what its power register says of it, what its counter
// makes of it, and the counter's step.
struct Meter {
  double shown = 1.0, counted = 1.0, step = 3600;
  double energy = 0, now_s = 0;

  std::optional<EnergyCheck::Finding> run(EnergyCheck& check, double hours,
                                          const std::function<double(double)>& watts) {
    std::optional<EnergyCheck::Finding> last;
    for (const double end = now_s + hours * 3600; now_s < end; ++now_s) {
      energy += watts(now_s) * counted;
      const double steps = std::floor(energy / step) * step;
      const auto found = check.feed(from_seconds(now_s), watts(now_s) * shown, steps);
      if (found) last = found;
    }
    return last;
  }
};

double twelve(double) { return 12.0; }

}  // namespace

TEST_CASE("two accounts that agree within the meter's class are no news") {
  for (const double step : {3.6, 36.0, 3600.0}) {
    INFO(step);
    EnergyCheck check(0.01);
    Meter meter{1.01, 0.99, step};
    CHECK_FALSE(meter.run(check, 24, twelve));
  }
}

TEST_CASE("a load that changes all the time is no disagreement") {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> load(2.0, 60.0);
  EnergyCheck check(0.005);
  Meter meter{1.0, 1.0, 3600};
  CHECK_FALSE(meter.run(check, 12, [&](double) { return load(random); }));
}

TEST_CASE("an account that is off by more than the class is found, and taken back") {
  struct Wrong {
    double shown, counted;
  };
  for (const Wrong wrong : {Wrong{1.0, 1.1}, Wrong{1.1, 1.0}, Wrong{10.0, 1.0}, Wrong{1.0, 0.0}}) {
    INFO(wrong.shown << " " << wrong.counted);
    EnergyCheck check(0.01);
    Meter meter{wrong.shown, wrong.counted, 3600};
    const auto found = meter.run(check, 24, twelve);
    REQUIRE(found);
    CHECK(found->disagree);
    CHECK(found->tolerance > 0);
    CHECK(std::abs(found->integrated - found->counted) > found->tolerance);
  }
  EnergyCheck check(0.01);
  Meter meter{1.0, 2.0, 3600};
  REQUIRE(meter.run(check, 6, twelve));
  meter.counted = 1.0;
  meter.now_s += 60;  // a gap: the account begins anew
  const auto back = meter.run(check, 6, twelve);
  REQUIRE(back);
  CHECK_FALSE(back->disagree);
}

TEST_CASE("a power reading that stands still while the counter goes on is found") {
  EnergyCheck check(0.01);
  double energy = 0;
  std::optional<EnergyCheck::Finding> found;
  for (int s = 0; s < 3600 && !found; ++s) {
    energy += s < 600 ? 5.0 : 20.0;  // the load rises; the reading does not
    found = check.feed(s * kSecond, 5.0, std::floor(energy / 36) * 36);
  }
  REQUIRE(found);
  CHECK(found->disagree);
}

TEST_CASE("readings that are absent, a gap and a counter that was reset begin a new account") {
  EnergyCheck check(0.01);
  CHECK_FALSE(check.feed(0, 1000.0, 5e6));
  CHECK_FALSE(check.feed(kSecond, std::nullopt, 6e6));
  CHECK_FALSE(check.feed(kMinute, 1000.0, 9e6));     // a minute unread: 9e6 - 5e6 proves nothing
  CHECK_FALSE(check.feed(61 * kSecond, 1000.0, 0));  // reset
  double energy = 0;
  for (int s = 62; s < 3000; ++s) {
    energy += 1000;
    CHECK_FALSE(check.feed(s * kSecond, 1000.0, energy));
  }
}
