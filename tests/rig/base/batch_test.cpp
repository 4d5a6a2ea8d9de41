// SPDX-License-Identifier: Apache-2.0
#include "rig/base/batch.hpp"

#include <array>
#include <limits>

#include "tests/support/catch.hpp"

using namespace soakrig;

namespace {

Batch two_columns() {
  Batch batch;
  batch.columns = 2;
  return batch;
}

}  // namespace

TEST_CASE("Rows that are all good keep no states") {
  Batch batch = two_columns();
  const std::array row{1.0, 2.0};
  batch.add_row(10, row.data(), nullptr);
  const std::array good{State::good, State::good};
  batch.add_row(20, row.data(), good.data());
  CHECK(batch.states.empty());
  CHECK(batch.state(1, 1) == State::good);
  CHECK(batch.consistent());
}

TEST_CASE("A row that is not good keeps its state and no number") {
  Batch batch = two_columns();
  const std::array row{1.0, 2.0};
  batch.add_row(10, row.data(), nullptr);
  const std::array mixed{State::good, State::error};
  batch.add_row(20, row.data(), mixed.data());
  batch.add_row(30, row.data(), nullptr);
  REQUIRE(batch.states.size() == 6);
  CHECK(batch.state(0, 1) == State::good);
  CHECK(batch.state(1, 1) == State::error);
  CHECK(batch.value(1, 1) == 0);
  CHECK(batch.state(2, 1) == State::good);
  CHECK(batch.value(2, 1) == 2.0);
  CHECK(batch.consistent());
}

TEST_CASE("A batch that does not fit together is seen") {
  Batch batch = two_columns();
  const std::array row{1.0, 2.0};
  batch.add_row(10, row.data(), nullptr);
  batch.add_row(5, row.data(), nullptr);
  CHECK_FALSE(batch.consistent());  // times go back
  batch.taken = {5, 10};
  CHECK(batch.consistent());
  batch.values.push_back(3);
  CHECK_FALSE(batch.consistent());  // a value too many
  batch.values.pop_back();
  batch.values[0] = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(batch.consistent());
}
