// SPDX-License-Identifier: Apache-2.0
//
// Also tests: labgrid_place.cpp
#include "rig/app/run_briefly.hpp"

#include <sys/stat.h>

#include <cstdlib>

#include "rig/app/labgrid_place.hpp"
#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::app;

TEST_CASE("A program's words and end come back, and one that stays is ended") {
  const auto said = run_briefly({"/bin/sh", "-c", "echo hello; exit 3"}, 10 * kSecond);
  REQUIRE(said);
  CHECK(said->output == "hello\n");
  CHECK(said->status.code == 3);
  CHECK(run_briefly({"cat"}, 10 * kSecond).value().status.code == 0);  // its input is at its end
  const auto stays = run_briefly({"sleep", "60"}, 50 * kMillisecond);
  REQUIRE_FALSE(stays);
  CHECK(stays.error().code == Errc::timeout);
  CHECK_FALSE(run_briefly({"/no/such/program"}, kSecond));
}

TEST_CASE("A place of labgrid is taken for as long as it is held, by its own client") {
  const test::TempDir dir;
  const std::string path = std::getenv("PATH");
  dir.write("labgrid-client", "#!/bin/sh\necho \"$@\" >> '" + dir.file("called") +
                                  "'\ncase $2 in taken) exit 1;; esac\n");
  ::chmod(dir.file("labgrid-client").c_str(), 0755);
  ::setenv("PATH", (dir.path().string() + ":" + path).c_str(), 1);
  {
    const auto place = LabgridPlace::acquire("rack-7");
    REQUIRE(place);
    CHECK(read_file(dir.file("called")).value() == "-p rack-7 acquire\n");
  }
  CHECK(read_file(dir.file("called")).value() == "-p rack-7 acquire\n-p rack-7 release\n");
  const auto taken = LabgridPlace::acquire("taken");
  ::setenv("PATH", path.c_str(), 1);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == Errc::busy);
  CHECK(read_file(dir.file("called")).value().ends_with("-p taken acquire\n"));
}
