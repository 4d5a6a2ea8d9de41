// SPDX-License-Identifier: Apache-2.0
#include "rig/base/sweep_name.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("sweep_name: what is written is read back") {
  const SweepName name{"decode", {{"quant", "q4_0"}, {"threads", "2"}}};
  const std::string text = sweep_phase_name(name);
  CHECK(text == "decode[quant=q4_0,threads=2]");
  const auto back = parse_sweep_name(text);
  REQUIRE(back);
  CHECK(back->sweep == "decode");
  CHECK(back->settings == name.settings);
  CHECK(parse_sweep_name("decode[quant=q4_0]#2")->sweep == "decode#2");
}

TEST_CASE("sweep_name: a value cannot break the form") {
  const auto back =
      parse_sweep_name(sweep_phase_name({"s", {{"model", "/a/b,c=[d] e.gguf"}, {"k", ""}}}));
  REQUIRE(back);
  REQUIRE(back->settings.size() == 2);
  CHECK(back->settings[0].second == "b_c__d__e.gguf");
  CHECK(back->settings[1].second.empty());
}

TEST_CASE("sweep_name: other phases are none") {
  for (const char* name : {"", "hot", "hot#2", "hot#back-1", "hot[", "hot[]", "hot[a]", "hot]a=b[",
                           "hot[=b]", "hot[a=b,c]"}) {
    CHECK_FALSE(parse_sweep_name(name));
  }
}
