// SPDX-License-Identifier: Apache-2.0
#include "rig/control/board_temperatures.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using control::BoardTemperatures;

namespace {

struct Fixture {
  control::RunObserver nobody;
  BoardTemperatures boards{nobody};
  SourceInfo source;

  Fixture() {
    ChannelInfo other, soc;
    other.name = "cpu.frequency";
    soc.name = "soc.temperature";
    source.channels = {other, soc};
  }
  void feed(const std::string& board, Nanos t, double celsius, State state = State::good) {
    Batch batch;
    batch.columns = 2;
    const double values[] = {1e9, celsius};
    const State states[] = {State::good, state};
    batch.add_row(t, values, states);
    boards.on_rows(board, source, batch);
  }
};

constexpr Nanos kMin = 60 * kSecond;

}  // namespace

TEST_CASE_METHOD(Fixture, "The coldest board counts, as long as every board can be read") {
  CHECK_FALSE(boards.coldest(0));
  feed("a", kSecond, 40.0);
  feed("b", kSecond, 30.0);
  feed("", kSecond, -20.0);  // the rig's own are no boards
  CHECK(boards.coldest(2 * kSecond) == 30.0);
  feed("b", 5 * kSecond, 99.0, State::error);  // no reading
  CHECK(boards.coldest(6 * kSecond) == 30.0);
  feed("a", 15 * kSecond, 41.0);
  CHECK_FALSE(boards.coldest(15 * kSecond));  // b has not been read for too long
}

TEST_CASE_METHOD(Fixture, "A board has settled once it has kept within the band all the time") {
  for (Nanos t = 0; t <= 5 * kMin; t += kSecond) {
    // Warms up for two minutes, then stays.
    feed("a", t, t < 2 * kMin ? to_seconds(t) / 4 : t / kSecond % 2 == 0 ? 30.0 : 30.4);
  }
  CHECK(boards.settled(5 * kMin, 1.0, 2 * kMin));
  CHECK_FALSE(boards.settled(5 * kMin, 0.3, 2 * kMin));  // too narrow
  CHECK_FALSE(boards.settled(5 * kMin, 1.0, 4 * kMin));  // it was still warming up
  CHECK_FALSE(boards.settled(5 * kMin, 1.0, 6 * kMin));  // not watched for so long
  feed("b", 5 * kMin, 30.0);
  CHECK_FALSE(boards.settled(5 * kMin, 1.0, 2 * kMin));  // the other board counts too
}

TEST_CASE_METHOD(Fixture, "A hole in the readings is no stability") {
  for (Nanos t = 0; t <= 5 * kMin; t += kSecond) {
    if (t < 3 * kMin || t > 4 * kMin) feed("a", t, 30.0);
  }
  CHECK_FALSE(boards.settled(5 * kMin, 1.0, 4 * kMin));
  CHECK(boards.settled(5 * kMin, 1.0, 50 * kSecond));
  CHECK_FALSE(boards.settled(6 * kMin, 1.0, 50 * kSecond));  // and it has gone silent since
}

TEST_CASE("Without a board nothing has settled") {
  control::RunObserver nobody;
  CHECK_FALSE(BoardTemperatures(nobody).settled(kHour, 10.0, kSecond));
}
