// SPDX-License-Identifier: Apache-2.0
#include "results/store/retention.hpp"

#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

constexpr Nanos kDay = 24 * kHour;

// Started so many days ago, a hundred bytes each.
ArchivedRun run(const std::string& id, int days_ago, RunState state = RunState::sealed) {
  ArchivedRun out;
  out.header.id = id;
  out.header.start_utc_ns = -days_ago * kDay;
  out.state = state;
  out.bytes = 100;
  return out;
}

std::string ids(std::span<const ArchivedRun> runs, const Retention& rules) {
  std::string out;
  for (const Pruned& one : choose_to_prune(runs, rules, 0)) out += one.run->header.id;
  return out;
}

Retention older(int days) { return {days * kDay, std::nullopt}; }
Retention keep(std::uint64_t bytes) { return {std::nullopt, bytes}; }

TEST_CASE("runs go by age, and the oldest go first until the rest fits") {
  const std::vector<ArchivedRun> runs = {run("a", 40), run("b", 30), run("c", 20), run("d", 1)};
  CHECK(ids(runs, {}).empty());
  CHECK(ids(runs, older(25)) == "ab");
  CHECK(ids(runs, older(50)).empty());
  CHECK(ids(runs, keep(400)).empty());
  CHECK(ids(runs, keep(399)) == "a");
  CHECK(ids(runs, keep(200)) == "ab");
  CHECK(ids(runs, keep(0)) == "abcd");
  CHECK(ids(runs, {25 * kDay, 100}) == "abc");
}

TEST_CASE("a run that is signed, running, interrupted or unreadable is never let go, but counts") {
  std::vector<ArchivedRun> runs = {run("a", 40), run("b", 40, RunState::running),
                                   run("c", 40, RunState::interrupted), run("d", 40),
                                   run("e", 40, RunState::ended_unsealed)};
  runs[0].is_signed = true;
  runs[3].error = Error{};
  CHECK(ids(runs, older(1)) == "e");
  CHECK(ids(runs, keep(0)) == "e");
  CHECK(ids(runs, keep(450)) == "e");
}

}  // namespace
}  // namespace soakrig::store
