// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/tail_bound.hpp"

#include <array>

#include "tests/support/catch.hpp"

using namespace soakrig::analysis;

TEST_CASE("the least numbers of samples are MLPerf's") {
  struct Row {
    double p;
    std::array<std::uint64_t, 5> least;  // for t = 0, 1, 2, 5, 10
  };
  for (const Row& row :
       {Row{0.90, {44, 64, 81, 127, 197}}, Row{0.95, {90, 130, 165, 259, 398}},
        Row{0.97, {152, 219, 277, 433, 667}}, Row{0.99, {459, 662, 838, 1307, 2010}}}) {
    int i = 0;
    for (const std::uint64_t t : {0u, 1u, 2u, 5u, 10u}) {
      INFO(row.p << " " << t);
      CHECK(least_samples(row.p, t) == row.least[static_cast<std::size_t>(i++)]);
    }
  }
  CHECK_FALSE(enough_for(0.99, 661));
  CHECK(enough_for(0.99, 662));
  CHECK(enough_for(0.9, 64));
}
