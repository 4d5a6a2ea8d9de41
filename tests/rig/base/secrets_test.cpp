// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/secrets.hpp"

#include <vector>

#include "tests/support/catch.hpp"

namespace soakrig::plan {
namespace {

std::string found(const std::vector<std::string>& words) {
  return secret_in_clear(words).value_or("");
}

TEST_CASE("a secret in a program's words is found by its option or in an address") {
  CHECK(found({"chat", "--api-key", "sk-1234"}) == "--api-key");
  CHECK(found({"chat", "--API_KEY=sk-1234"}) == "--API_KEY");
  CHECK(found({"chat", "-token", "abc"}) == "-token");
  CHECK(found({"chat", "https://mei:pass@host/v1"}) == "https://mei");
  CHECK(found({"--password=x", "--token=y"}) == "--password");
}

TEST_CASE("what names no secret, or gives none, is left alone") {
  CHECK(found({}).empty());
  CHECK(found({"chat", "--tokens", "32", "--prompt-tokens=8"}).empty());
  CHECK(found({"chat", "--api-key"}).empty());
  CHECK(found({"chat", "--api-key="}).empty());
  CHECK(found({"chat", "--token", "--verbose"}).empty());
  CHECK(found({"token", "password"}).empty());
  CHECK(found({"https://mei@host:8080/v1", "tcp://host:502?unit=1"}).empty());
  CHECK(found({"https://host/a:b@c", "https://mei:@host/"}).empty());
}

}  // namespace
}  // namespace soakrig::plan
