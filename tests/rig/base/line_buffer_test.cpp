// SPDX-License-Identifier: Apache-2.0
#include "rig/base/line_buffer.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using namespace soakrig;

namespace {

std::vector<std::string> drain(LineBuffer& buffer) {
  std::vector<std::string> lines;
  while (auto line = buffer.next()) lines.emplace_back(*line);
  return lines;
}

}  // namespace

TEST_CASE("Lines come out whole, however the bytes came in") {
  LineBuffer buffer(100);
  for (const char c : std::string("one\r\ntwo\n\nthree")) buffer.append(std::string_view(&c, 1));
  CHECK(drain(buffer) == std::vector<std::string>{"one", "two", ""});
  CHECK(buffer.pending() == 5);
  buffer.append("\n");
  CHECK(drain(buffer) == std::vector<std::string>{"three"});
}

TEST_CASE("A line that never ends costs a bounded amount and is counted once") {
  LineBuffer buffer(1000);
  for (int i = 0; i < 1000; ++i) {
    buffer.append(std::string(10'000, 'x'));
    CHECK(drain(buffer).empty());
    REQUIRE(buffer.pending() <= 1000);
  }
  CHECK(buffer.overlong() == 1);
  CHECK(buffer.skipping());
  buffer.append("tail\nnext\n");
  CHECK(drain(buffer) == std::vector<std::string>{"next"});
  CHECK_FALSE(buffer.skipping());
}

TEST_CASE("A line just within the bound passes, one beyond does not") {
  LineBuffer buffer(4);
  buffer.append("1234\n12345\nok\n");
  CHECK(drain(buffer) == std::vector<std::string>{"1234", "ok"});
  CHECK(buffer.overlong() == 1);
}
