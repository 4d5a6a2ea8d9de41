// SPDX-License-Identifier: Apache-2.0
#include "rig/base/resident.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("An agent's line comes back as it went") {
  const Resident alone{"20260301-120000-00000001-0.state", 4711, 90 * kSecond, 12345};
  const Resident gone{"20260301-120000-00000002-11", 0, std::nullopt, 7};
  const auto back = parse_residents(encode(alone) + encode(gone));
  REQUIRE(back);
  REQUIRE(back->size() == 2);
  CHECK((*back)[0].name == alone.name);
  CHECK((*back)[0].pid == 4711);
  CHECK((*back)[0].alone == 90 * kSecond);
  CHECK((*back)[0].spool_bytes == 12345);
  CHECK((*back)[0].run() == "20260301-120000-00000001");
  CHECK_FALSE((*back)[0].driven());
  CHECK((*back)[1].run() == "20260301-120000-00000002");
  CHECK_FALSE((*back)[1].driven());  // nobody drives what does not live
  CHECK(parse_residents("")->empty());
}

TEST_CASE("What a hostile board says of its agents leads nowhere") {
  for (const char* line : {
           "not json",
           "[]",
           "{}",
           R"({"name":""})",
           R"({"name":"../../etc"})",
           R"({"name":".hidden"})",
           R"({"name":"a;reboot"})",
           R"({"name":"a\nb"})",
           R"({"name":7})",
       }) {
    INFO(line);
    CHECK_FALSE(parse_residents(line));
  }
  CHECK_FALSE(parse_residents(R"({"name":")" + std::string(300, 'x') + "\"}"));
  std::string many;
  for (std::size_t i = 0; i <= Resident::kMost; ++i) many += encode(Resident{"r-0"});
  CHECK_FALSE(parse_residents(many));
  const auto odd = parse_residents(R"({"name":"r-0","pid":-5,"alone_s":1e300})");
  REQUIRE(odd);
  CHECK(odd->front().pid == 0);
  CHECK(odd->front().alone > 0);
}
