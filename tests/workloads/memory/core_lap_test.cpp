// SPDX-License-Identifier: Apache-2.0
#include "workloads/memory/core_lap.hpp"

#include "tests/support/catch.hpp"
#include "workloads/kernels/cores.hpp"

using namespace soakrig::workloads;

TEST_CASE("core_lap: each core once, alone, and the set is put back") {
  const auto before = allowed_core_list();
  std::vector<std::size_t> alone;
  const auto figures = on_each_core([&] {
    CHECK(allowed_core_list().size() == 1);
    alone.push_back(allowed_core_list().front());
    return static_cast<double>(alone.size());
  });
  CHECK(alone == before);
  REQUIRE(figures.size() == before.size());
  CHECK(figures.back().core == before.back());
  CHECK(figures.back().value == static_cast<double>(before.size()));
  CHECK(allowed_core_list() == before);
}
