// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/roofline.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::analysis;

TEST_CASE("roofline: decoding is bound by memory, whatever the peak") {
  // 1.1 B weights of 4.5 bits, 45 tokens/s, 30.2 GB/s and 388 GOPS: the facts of one machine.
  const BoundResult r = explain_bound({45, 582e6, 2.07e9}, {30.2e9, 388e9});
  CHECK(r.bound == Bound::memory);
  CHECK(r.mbu.value() == Approx(0.867).epsilon(0.01));
  CHECK(r.mfu.value() == Approx(0.24).epsilon(0.01));
  CHECK(r.intensity.value() == Approx(3.56).epsilon(0.01));
  CHECK(r.attainable.value() == Approx(51.9).epsilon(0.01));
  CHECK(r.words.find("87 % of the measured bandwidth") != std::string::npos);
}

TEST_CASE("roofline: a product is bound by arithmetic") {
  const BoundResult r = explain_bound({140, 1e6, 2.1e9}, {30e9, 388e9});
  CHECK(r.bound == Bound::arithmetic);
  CHECK(r.attainable.value() == Approx(388e9 / 2.1e9));
}

TEST_CASE("roofline: what neither explains is said, and what was not measured is not guessed") {
  CHECK(explain_bound({10, 582e6, 2.07e9}, {30.2e9, 388e9}).bound == Bound::neither);
  const BoundResult half = explain_bound({10, 582e6, 2.07e9}, {30.2e9, {}});
  CHECK(half.bound == Bound::unknown);
  CHECK(half.words.find("the peak was not measured") != std::string::npos);
  const BoundResult none = explain_bound({10, 582e6, 2.07e9}, {});
  CHECK(none.bound == Bound::unknown);
  CHECK_FALSE(none.mbu);
  CHECK_FALSE(none.attainable);
  CHECK(explain_bound({{}, 582e6, {}}, {30e9, {}}).bound == Bound::unknown);
  // One share that is high enough needs no other.
  CHECK(explain_bound({45, 582e6, {}}, {30.2e9, {}}).bound == Bound::memory);
}

TEST_CASE("roofline: more than all there is is an error of the inputs, never a result") {
  const BoundResult r = explain_bound({70, 582e6, 2.07e9}, {30.2e9, 388e9});
  CHECK(r.bound == Bound::impossible);
  CHECK(r.words.find("inputs are wrong") != std::string::npos);
  CHECK_FALSE(r.mbu);
  CHECK_FALSE(r.mfu);
  CHECK(explain_bound({52, 582e6, 2.07e9}, {30.2e9, 388e9}).bound == Bound::impossible);  // 100.2 %
  CHECK(explain_bound({200, 1, 2.1e9}, {30e9, 388e9}).bound == Bound::impossible);
  CHECK(explain_bound({45, 582e6, {}}, {0.0, {}}).bound == Bound::unknown);
}
