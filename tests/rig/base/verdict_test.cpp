// SPDX-License-Identifier: Apache-2.0
#include "rig/base/verdict.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("The worst verdict wins in the order fail, error, inconclusive, pass") {
  CHECK(worst(Verdict::fail, Verdict::error) == Verdict::fail);
  CHECK(worst(Verdict::error, Verdict::inconclusive) == Verdict::error);
  CHECK(worst(Verdict::inconclusive, Verdict::pass) == Verdict::inconclusive);
  CHECK(worst(Verdict::pass, Verdict::pass) == Verdict::pass);
}

TEST_CASE("Verdicts are exit codes") {
  CHECK(exit_code(Verdict::pass) == 0);
  CHECK(exit_code(Verdict::fail) == 1);
  CHECK(exit_code(Verdict::error) == 2);
  CHECK(exit_code(Verdict::inconclusive) == 3);
}

TEST_CASE("Every word is written and read alike") {
  for (int i = 0; i < 4; ++i) {
    const auto v = static_cast<Verdict>(i);
    CHECK(parse_verdict(to_string(v)) == v);
  }
  for (int i = 0; i < 5; ++i) {
    const auto b = static_cast<Blame>(i);
    CHECK(parse_blame(to_string(b)) == b);
  }
  for (int i = 0; i < 17; ++i) {
    const auto c = static_cast<IncidentClass>(i);
    CHECK(parse_incident_class(to_string(c)) == c);
  }
  for (int i = 0; i < 9; ++i) {
    const auto c = static_cast<Cause>(i);
    CHECK(parse_cause(to_string(c)) == c);
  }
  CHECK_FALSE(parse_cause("heat"));
  CHECK(to_string(Cause::under_voltage) == "under-voltage");
  CHECK(to_string(IncidentClass::output_mismatch) == "output-mismatch");
}
