// SPDX-License-Identifier: Apache-2.0
#include "rig/base/result.hpp"

#include <cerrno>

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("An error's line names the place, the matter and the remedy") {
  const Error error{Errc::invalid, "unknown key 'sampel'", "did you mean 'sample'?", "night.toml", 4};
  CHECK(error.message() == "night.toml:4: unknown key 'sampel'; did you mean 'sample'?");
  CHECK(Error{Errc::io, "cannot read"}.message() == "cannot read");
}

TEST_CASE("errno becomes the code and the text") {
  errno = ENOSPC;
  const Error full = sys_error("cannot write", "a.soak");
  CHECK(full.code == Errc::full);
  CHECK(full.message() == "a.soak: cannot write (No space left on device)");
  errno = ENOENT;
  CHECK(sys_error("x").code == Errc::not_found);
}

TEST_CASE("A value that is not there throws Fatal with the message") {
  const Result<int> missing = Error{Errc::not_found, "no such run"};
  CHECK_THROWS_AS(missing.value(), Fatal);
  try {
    (void)missing.value();
  } catch (const Fatal& fatal) {
    CHECK(std::string(fatal.what()) == "no such run");
    CHECK(fatal.exit_code() == 2);
  }
}
