// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/tiny_program.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::analysis;

namespace {

using Numbers = std::vector<std::int64_t>;

Numbers printed(std::string_view text, std::int64_t input = 0) {
  const auto program = parse_tiny(text);
  REQUIRE(program);
  const auto out = run_tiny(*program, input);
  REQUIRE(out);
  return *out;
}

Errc failure(std::string_view text, std::int64_t input = 0) {
  const auto program = parse_tiny(text);
  REQUIRE(program);
  const auto out = run_tiny(*program, input);
  REQUIRE_FALSE(out);
  return out.error().code;
}

}  // namespace

TEST_CASE("tiny program: each instruction") {
  CHECK(printed("print n\nprint 3\nprint a", 7) == Numbers{7, 3, 0});
  CHECK(
      printed("let a = 7\nlet b = a + 2\nprint b\nlet b = a - 9\nprint b\nlet b = a * b\nprint b\n"
              "let b = a / 2\nprint b\nlet b = -7 % 4\nprint b") == Numbers{9, -2, -14, 3, -3});
  const char* sum = "# 1 + … + n\nrepeat n\n  let i = i + 1\n  let s = s + i\nend\nprint s\n";
  CHECK(printed(sum, 4) == Numbers{10});
  CHECK(printed(sum, 0) == Numbers{0});
  CHECK(printed(sum, -3) == Numbers{0});
  const char* most = "let m = n\nif m < 5\nlet m = 5\nend\nprint m\nif n = 9\nprint 1\nend";
  CHECK(printed(most, 3) == Numbers{5});
  CHECK(printed(most, 9) == Numbers{9, 1});
  CHECK(printed("repeat 2\nrepeat 3\nlet a = a + 1\nend\nif a > 3\nprint a\nend\nend") ==
        Numbers{6});
}

TEST_CASE("tiny program: what is none is refused with its line") {
  for (const auto& [text, what] : {std::pair{"", "no instruction"},
                                   {"print n\nshout n", "line 2 of the program is no instruction"},
                                   {"let ab = 3", "no instruction"},
                                   {"let a 3", "no instruction"},
                                   {"let a = 3 ^ 2", "no instruction"},
                                   {"let a = 99999999999999999999", "no instruction"},
                                   {"print", "no instruction"},
                                   {"if a <= 3\nend", "no instruction"},
                                   {"end", "ends nothing"},
                                   {"repeat 3", "not ended"}}) {
    INFO(text);
    const auto program = parse_tiny(text);
    REQUIRE_FALSE(program);
    CHECK(program.error().message().find(what) != std::string::npos);
  }
}

TEST_CASE("tiny program: steps, output, length and numbers are bounded") {
  CHECK(failure("repeat 9223372036854775807\nend") == Errc::full);
  CHECK(failure("repeat 200\nrepeat 200\nlet a = a + 1\nend\nend") == Errc::full);
  CHECK(failure("repeat 101\nprint 1\nend") == Errc::full);
  CHECK(failure("let a = 1 / 0") == Errc::invalid);
  CHECK(failure("let a = n % 0") == Errc::invalid);
  CHECK(failure("let a = n / -1", INT64_MIN) == Errc::invalid);
  CHECK(failure("let a = n + 1", INT64_MAX) == Errc::invalid);
  CHECK(failure("let a = 3\nrepeat 99\nlet a = a * a\nend") == Errc::invalid);
  std::string longest;
  for (std::size_t i = 0; i < kMostTinyLines; ++i) longest += "print 1\n";
  CHECK(parse_tiny(longest));
  CHECK_FALSE(parse_tiny(longest + "print 1\n"));
}

TEST_CASE("tiny program: found in an answer") {
  CHECK(tiny_text("let a = 1\n\nprint a\nThis prints 1.\nprint 2") == "let a = 1\n\nprint a\n");
  CHECK(tiny_text("Here it is:\n```tiny\nprint n\n```\nDone") == "print n\n");
  CHECK(tiny_text("```\nprint n").ends_with("print n"));
  CHECK(tiny_text("No.").empty());
  CHECK(tiny_text("print n") == "print n");
}
