// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/speed_track.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

namespace {
const auto kNever = [] { return false; };
}

TEST_CASE("A track taken in piece by piece is the one taken in at once") {
  test::Plant plant;
  plant.work("chat", {}, 0, 600, test::pulse(300, 330, 0.5, 1));
  const auto board = plant.board();
  SpeedTrack once("chat", "tokens", 5 * kSecond), pieces("chat", "tokens", 5 * kSecond);
  CHECK(once.extend(board, 600 * kSecond, kNever));
  for (int s = 7; s <= 600; s += 7) CHECK(pieces.extend(board, s * kSecond, kNever));
  REQUIRE(once.windows().size() > 80);
  CHECK(pieces.windows().size() + 1 >= once.windows().size());
  for (std::size_t i = 0; i < pieces.windows().size(); ++i) {
    CHECK(pieces.windows()[i].when == once.windows()[i].when);
    CHECK(pieces.windows()[i].speed() == Approx(once.windows()[i].speed()));
  }
}

TEST_CASE("A slow half minute is seen at every zoom") {
  test::Plant plant;
  plant.work("chat", {}, 0, 6000, test::pulse(3000, 3030, 0.5, 1));
  SpeedTrack track("chat", "tokens", 5 * kSecond);
  CHECK(track.extend(plant.board(), 6000 * kSecond, kNever));
  for (const std::size_t bins : {1u, 10u, 300u, 5000u}) {
    double least = 1e9, most = 0;
    for (const auto& bin : track.view(0, 6000 * kSecond - 1, bins).bins) {
      if (bin.good == 0) continue;
      least = std::min(least, bin.min);
      most = std::max(most, bin.max);
    }
    CHECK(least == Approx(10).epsilon(0.03));
    CHECK(most == Approx(20).epsilon(0.01));
  }
}

TEST_CASE("Time without work is a break, and a cancelled reading is told") {
  test::Plant plant;
  plant.work("chat", {}, 0, 100).work("chat", {}, 300, 400);
  SpeedTrack track("chat", "tokens", 5 * kSecond);
  CHECK_FALSE(track.extend(plant.board(), 400 * kSecond, [] { return true; }));
  CHECK(track.windows().empty());
  CHECK(track.extend(plant.board(), 400 * kSecond, kNever));
  const auto view = track.view(0, 400 * kSecond - 1, 40);
  REQUIRE(view.bins.size() == 40);
  CHECK(view.bins[20].good == 0);
  CHECK(view.bins[20].flags == store::kBinGap);
  CHECK(view.bins[5].good > 0);
  CHECK(view.bins[35].good > 0);
  CHECK(track.view(10, 5, 40).bins.empty());
}
