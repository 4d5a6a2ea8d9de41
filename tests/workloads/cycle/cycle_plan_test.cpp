// SPDX-License-Identifier: Apache-2.0
#include "workloads/cycle/cycle_plan.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {
CycleOptions with(std::vector<std::string> faults) {
  CycleOptions out;
  out.faults = std::move(faults);
  return out;
}
}  // namespace

TEST_CASE("cycle plan: the mix is 100 % of faults that can be made") {
  CHECK(parse_fault_mix(with({"kill=30%", "none=70%"})));
  CHECK_FALSE(parse_fault_mix(with({"kill=30%"})));
  CHECK_FALSE(parse_fault_mix(with({"kill=30%", "none=80%"})));
  CHECK_FALSE(parse_fault_mix(with({"kill", "none=100%"})));
  CHECK_FALSE(parse_fault_mix(with({"disk-full=100%"})));
  CHECK_FALSE(parse_fault_mix(with({"corrupt=100%"})));
  const auto near = parse_fault_mix(with({"kil=100%"}));
  REQUIRE_FALSE(near);
  CHECK(near.error().remedy == "did you mean 'kill'?");
  CycleOptions options = with({"disk-full=100%"});
  options.disk_fill = {"fill"};
  CHECK(parse_fault_mix(options));
}

TEST_CASE("cycle plan: the seed alone decides, and the shares are kept") {
  CycleOptions options = with({"kill=25%", "power-cut=25%", "none=50%"});
  options.seed = 7;
  options.fault_within = 10 * kSecond;
  const auto mix = parse_fault_mix(options);
  REQUIRE(mix);
  std::map<CycleFault, int> seen;
  bool other = false;
  CycleOptions changed = options;
  changed.seed = 8;
  for (std::uint64_t n = 1; n <= 4000; ++n) {
    const CycleFaultPlan plan = plan_fault(options, *mix, n);
    const CycleFaultPlan again = plan_fault(options, *mix, n);
    CHECK((plan.fault == again.fault && plan.after == again.after && plan.salt == again.salt));
    CHECK((plan.after >= 0 && plan.after < 10 * kSecond));
    other = other || plan_fault(changed, *mix, n).fault != plan.fault;
    ++seen[plan.fault];
  }
  CHECK(other);
  CHECK(seen[CycleFault::kill] == Approx(1000).margin(120));
  CHECK(seen[CycleFault::none] == Approx(2000).margin(140));
}

TEST_CASE("cycle plan: by lines, each of them") {
  CycleOptions options;
  options.fault_lines = 4;
  const auto mix = parse_fault_mix(options);
  std::map<std::int64_t, int> seen;
  for (std::uint64_t n = 1; n <= 400; ++n) ++seen[plan_fault(options, *mix, n).line];
  CHECK(seen.size() == 4);
  CHECK(seen.begin()->first == 1);
  CHECK(seen.rbegin()->first == 4);
}

TEST_CASE("cycle plan: words are replaced everywhere, and never again in what came in") {
  CHECK(filled_in({"up", "{target}-{target}", "{other}"}, {{"target", "{cycle}"}, {"cycle", "7"}})
            .at(2) == "{other}");
  CHECK(filled_in({"a{line}b"}, {{"line", "3"}}) == Argv{"a3b"});
}

TEST_CASE("cycle plan: corruption turns some bytes and never the length") {
  const std::string payload(10000, 'x');
  const std::string broken = corrupted(payload, 5);
  CHECK(broken.size() == payload.size());
  int turned = 0;
  for (std::size_t i = 0; i < payload.size(); ++i) turned += broken[i] != payload[i] ? 1 : 0;
  CHECK(turned == 3);
  CHECK(corrupted(payload, 5) == broken);
  CHECK(corrupted("", 5).empty());
}
