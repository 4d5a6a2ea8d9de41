// SPDX-License-Identifier: Apache-2.0
#include "workloads/mix_part.hpp"

#include <atomic>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

// Does one unit of work in each slice, as fast as it is asked to.
class Counter final : public Workload {
 public:
  explicit Counter(std::atomic<int>& slices) : slices_(slices) {}
  Result<std::map<std::string, std::string>> prepare() override {
    return std::map<std::string, std::string>{{"is", "counter"}};
  }
  Slice run_slice() override {
    ++slices_;
    Slice slice;
    slice.done.push_back({"units", 1, 1});
    slice.cycle_ended = true;
    return slice;
  }
  std::vector<Verification> verify() override { return {{!broken_, "1", broken_ ? "2" : "1"}}; }
  bool corrupt(Corruption) override { return broken_ = true; }

 private:
  std::atomic<int>& slices_;
  bool broken_ = false;
};

}  // namespace

TEST_CASE("mix_part: runs by itself, hands over once, and stands still when halted") {
  std::atomic<int> slices{0};
  MixPart part(std::make_unique<Counter>(slices), {});
  CHECK(part.prepare().value().at("is") == "counter");
  CHECK(part.take(0).checks.size() == 1);
  part.go();
  double work = 0;
  std::uint64_t cycles = 0;
  for (int i = 0; i < 3; ++i) {
    const MixPart::Report report = part.take(10 * kSecond);
    work += report.work.at("units");
    cycles += report.cycles;
  }
  part.halt();
  const int after = slices;
  MixPart::Report rest = part.take(0);
  work += rest.work["units"];
  cycles += rest.cycles;
  CHECK(work == after);  // nothing lost, nothing twice
  CHECK(cycles == static_cast<std::uint64_t>(after));
  CHECK(part.take(kMillisecond).work.empty());
  CHECK(slices == after);
  part.go();
  CHECK(part.take(10 * kSecond).work.at("units") >= 1);
}

TEST_CASE("mix_part: a corruption reaches the workload on its own thread") {
  std::atomic<int> slices{0};
  MixPart part(std::make_unique<Counter>(slices), {});
  part.corrupt(Corruption::large);
  part.go();
  const MixPart::Report report = part.take(10 * kSecond);
  REQUIRE_FALSE(report.checks.empty());
  CHECK_FALSE(report.checks.back().ok);
}
