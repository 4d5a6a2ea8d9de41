// SPDX-License-Identifier: Apache-2.0
#include "rig/app/ask_program.hpp"

#include "tests/support/catch.hpp"

namespace soakrig::app {
namespace {

TEST_CASE("a program gets its input and its output comes back") {
  const auto answer = ask_program({"cat"}, "one\ntwo\n", true);
  REQUIRE(answer);
  CHECK(answer->exit_code == 0);
  CHECK(answer->output == "one\ntwo\n");
}

TEST_CASE("words go to the program as they are") {
  const auto answer = ask_program({"printf", "%s|", "$HOME", "a b", "`id`"}, "", true);
  REQUIRE(answer);
  CHECK(answer->output == "$HOME|a b|`id`|");
}

TEST_CASE("how it ended is told; a program that is not there too") {
  CHECK(ask_program({"sh", "-c", "exit 3"}, "", true)->exit_code == 3);
  CHECK(ask_program({"sh", "-c", "kill -9 $$"}, "", true)->exit_code == 137);
  CHECK(ask_program({"soakrig-no-such-program"}, "", true).error().code == Errc::not_found);
}

TEST_CASE("input that is not read and output without end do no harm") {
  CHECK(ask_program({"true"}, std::string(4096, 'x'), true)->exit_code == 0);
  const auto much = ask_program({"head", "-c", "3000000", "/dev/zero"}, "", true);
  REQUIRE(much);
  CHECK(much->output.size() == 1u << 20);
}

}  // namespace
}  // namespace soakrig::app
