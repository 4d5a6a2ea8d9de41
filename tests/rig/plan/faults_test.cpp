// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/faults.hpp"

#include "rig/plan/profile.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;

TEST_CASE("faults come in the order of the lines, those of overrides by their own place") {
  Faults faults("p.toml");
  CHECK(faults.empty());
  faults.add(Value::of_text("", 7), "later", "");
  Value overridden = Value::of_text("", 0);
  overridden.origin = "--set a=1";
  faults.add(overridden, "first", "do this");
  faults.add(Value::of_text("", 3), "sooner", "");
  CHECK(!faults.empty());
  const auto list = faults.take();
  REQUIRE(list.size() == 3);
  CHECK(list[0].message() == "--set a=1: first; do this");
  CHECK(list[1].message() == "p.toml:3: sooner");
  CHECK(list[2].message() == "p.toml:7: later");
}

TEST_CASE("beyond the bound faults are counted") {
  Faults faults("p.toml");
  for (std::size_t i = 0; i < kMaxFaults + 5; ++i) faults.add(Value::of_text("", 1), "bad", "");
  const auto list = faults.take();
  REQUIRE(list.size() == kMaxFaults + 1);
  CHECK(list.back().what == "and 5 more faults");
}

TEST_CASE("text from outside is shown on one line, bounded") {
  CHECK(shown("a\nb\x1b[31m\x7f") == "a?b?[31m?");
  CHECK(shown(std::string(80, 'x')) == std::string(80, 'x'));
  CHECK(shown(std::string(81, 'x')) == std::string(80, 'x') + "…");
  // The cut never leaves half a character.
  CHECK(shown(std::string(79, 'x') + "éé") == std::string(79, 'x') + "…");
}

TEST_CASE("numbers are shown plainly") {
  CHECK(plain(55.0) == "55");
  CHECK(plain(0.5) == "0.5");
  CHECK(plain(-40.25) == "-40.25");
}

TEST_CASE("lists end in dots when they are long") {
  CHECK(listed({}) == "");
  CHECK(listed({"a", "b"}) == "a, b");
  CHECK(listed({"a", "b", "c"}, 2) == "a, b, …");
}

TEST_CASE("a suggestion names the nearest word, or all there are") {
  CHECK(suggestion("windw", {"window", "steal_max"}, "there are") == "did you mean 'window'?");
  CHECK(suggestion("qqqqqq", {"window", "steal_max"}, "there are") ==
        "there are: window, steal_max");
  CHECK(suggestion("x", {}, "there are") == "there are: none");
}
