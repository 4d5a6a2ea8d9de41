// SPDX-License-Identifier: Apache-2.0
#include "results/store/console_text.hpp"

#include "rig/base/base64.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::store;

namespace {

Event piece(const std::string& body) {
  return {0, "dut", std::string(event_kind::kConsoleLog), Severity::info, body};
}

}  // namespace

TEST_CASE("Lines of a console come back with their times, empty ones and odd bytes too") {
  const auto lines = console_lines(
      piece(dump_json({{"zstd", pack_console("12 boot\n13 \n14 a \xff b\nno time\n15 end")}})));
  REQUIRE(lines);
  REQUIRE(lines->size() == 4);  // what has no time is left out
  CHECK((*lines)[0].t == 12);
  CHECK((*lines)[0].text == "boot");
  CHECK((*lines)[1].text.empty());
  CHECK((*lines)[2].text == "a \xff b");
  CHECK((*lines)[3].text == "end");
}

TEST_CASE("A piece that is none is an error, whatever stands in it") {
  for (const std::string body :
       {"", "{}", R"({"zstd":7})", R"({"zstd":"not base64!"})", R"({"zstd":""})",
        R"({"zstd":"AAAA"})"}) {
    CAPTURE(body);
    CHECK_FALSE(console_lines(piece(body)));
  }
  // A frame that claims a size beyond the bound.
  const std::string bomb("\x28\xb5\x2f\xfd\xe0\xff\xff\xff\xff\xff\xff\xff\x0f\x01\x00\x00", 16);
  CHECK_FALSE(console_lines(piece(dump_json({{"zstd", encode_base64(bomb)}}))));
}
