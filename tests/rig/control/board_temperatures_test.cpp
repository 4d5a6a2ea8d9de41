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
  CHECK(boards.last("b")->celsius == 30.0);  // however old
  CHECK(boards.last("b")->t == kSecond);
  CHECK_FALSE(boards.last("c"));
  CHECK_FALSE(boards.coldest(15 * kSecond));  // b has not been read for too long
}

TEST_CASE_METHOD(Fixture, "A board has settled once three readings over the span agree") {
  for (Nanos t = 0; t <= 10 * kMin; t += kSecond) {
    // Warms up for two minutes, then goes to and fro as a board that throttles.
    feed("a", t, t < 2 * kMin ? to_seconds(t) / 4 : t / kSecond % 2 == 0 ? 30.0 : 34.0);
  }
  CHECK(boards.settled(10 * kMin, 1.0, 6 * kMin) == true);
  CHECK(boards.settled(10 * kMin, 1.0, 9 * kMin) == false);   // it was still warming up
  CHECK(boards.settled(10 * kMin, 1.0, 11 * kMin) == false);  // not watched for so long
  feed("b", 10 * kMin, 30.0);
  CHECK(boards.settled(10 * kMin, 1.0, 6 * kMin) == false);  // the other board counts too
  for (Nanos t = 10 * kMin; t <= 11 * kMin; t += kSecond) feed("a", t, 32.0);
  CHECK(boards.settled(11 * kMin, 1.0, 6 * kMin) == true);  // that one has gone silent
}

TEST_CASE_METHOD(Fixture, "A slow drift and a way out and back are no stability") {
  for (Nanos t = 0; t <= 60 * kMin; t += 5 * kSecond) {
    feed("drift", t, 40 + to_seconds(t) / 60 * 0.25);  // 3.75 K in a quarter of an hour
  }
  CHECK(boards.settled(60 * kMin, 3.0, 15 * kMin) == false);
  CHECK(boards.settled(60 * kMin, 4.0, 15 * kMin) == true);
  Fixture other;
  for (Nanos t = 0; t <= 30 * kMin; t += 5 * kSecond) {
    const double minutes = to_seconds(t) / 60;
    other.feed("hump", t, minutes < 22.5 ? 40 + minutes / 2 : 40 + (45 - minutes) / 2);
  }
  CHECK(other.boards.settled(30 * kMin, 3.0, 15 * kMin) == false);
}

TEST_CASE_METHOD(Fixture, "A hole in the readings is no stability") {
  for (Nanos t = 0; t <= 5 * kMin; t += kSecond) {
    if (t < 3 * kMin || t > 4 * kMin) feed("a", t, 30.0);
  }
  CHECK(boards.settled(5 * kMin, 1.0, 4 * kMin) == false);
  CHECK(boards.settled(5 * kMin, 1.0, 50 * kSecond) == true);
  CHECK_FALSE(boards.settled(6 * kMin, 1.0, 50 * kSecond));  // and it has gone silent since
}

TEST_CASE("Without a board there is nothing to wait for") {
  control::RunObserver nobody;
  CHECK_FALSE(BoardTemperatures(nobody).settled(kHour, 10.0, kSecond));
}
