// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/sse.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

using Events = std::vector<std::string>;  // "name|data"

Events events(SseParser& parser, std::string_view bytes) {
  Events out;
  const auto fed = parser.feed(bytes, [&](const SseEvent& e) {
    out.push_back(std::string(e.name) + "|" + std::string(e.data));
  });
  REQUIRE(fed);
  return out;
}

constexpr std::string_view kStream =
    ": ping\r\n\r\ndata: {\"a\":\"\xC3\xA9\"}\r\n\r\nevent: error\ndata:{}\n\n"
    "data: one\ndata: two\n\nid: 7\n\ndata\n\ndata: [DONE]\n\n";

}  // namespace

TEST_CASE("events come out whole, whatever the pieces they came in") {
  const Events expected = {"|{\"a\":\"\xC3\xA9\"}", "error|{}", "|one\ntwo", "|", "|[DONE]"};
  SseParser at_once;
  CHECK(events(at_once, kStream) == expected);
  for (std::size_t size = 1; size < 9; ++size) {
    SseParser parser;
    Events got;
    for (std::size_t at = 0; at < kStream.size(); at += size) {
      for (auto& e : events(parser, kStream.substr(at, size))) got.push_back(e);
    }
    INFO(size);
    CHECK(got == expected);
  }
}

TEST_CASE("pings alone are no events, and an event without its blank line is not told") {
  SseParser parser;
  CHECK(events(parser, ":\n\n: still here\n\n:\n\n").empty());
  CHECK(events(parser, "data: half\n").empty());
  CHECK(events(parser, "\n") == Events{"|half"});
}

TEST_CASE("a line that never ends is refused at its bound") {
  SseParser parser(1000);
  const auto ignore = [](const SseEvent&) { FAIL("no event is whole"); };
  const std::string piece(600, 'x');
  REQUIRE(parser.feed(piece, ignore));
  const auto full = parser.feed(piece, ignore);
  REQUIRE_FALSE(full);
  CHECK(full.error().code == Errc::full);
}

TEST_CASE("an event of ever more lines is refused at its bound") {
  SseParser parser(1000);
  bool refused = false;
  for (int i = 0; i < 100 && !refused; ++i) {
    refused = !parser.feed("data: 0123456789 0123456789\n", [](const SseEvent&) {});
  }
  CHECK(refused);
}
