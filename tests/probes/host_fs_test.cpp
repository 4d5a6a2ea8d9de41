// SPDX-License-Identifier: Apache-2.0
#include "probes/host_fs.hpp"

#include <cerrno>

#include "tests/support/catch.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

TEST_CASE("numbers inside names sort as numbers") {
  CHECK(natural_less("zone2", "zone10"));
  CHECK_FALSE(natural_less("zone10", "zone2"));
  CHECK(natural_less("a1b", "a1c"));
  CHECK(natural_less("a", "a1"));
  CHECK_FALSE(natural_less("a1", "a1"));
  CHECK(natural_less("a01", "a1") != natural_less("a1", "a01"));
}

TEST_CASE("errors say absent or broken") {
  CHECK(state_of_errno(0) == State::good);
  CHECK(state_of_errno(ENOENT) == State::no_data);
  CHECK(state_of_errno(EACCES) == State::no_data);
  CHECK(state_of_errno(ENODEV) == State::no_data);
  CHECK(state_of_errno(EAGAIN) == State::no_data);
  CHECK(state_of_errno(EIO) == State::error);
  CHECK(state_of_errno(EFBIG) == State::error);
}

TEST_CASE("a glob matches per component, in natural order") {
  FakeFs fs({{"/sys/t/zone10/temp", "1"},
             {"/sys/t/zone2/temp", "2"},
             {"/sys/t/other/temp", "3"},
             {"/sys/t/zone3/type", "x"},
             {"/sys/t/.zone/temp", "4"}});
  CHECK(fs.glob("/sys/t/zone*/temp") ==
        std::vector<std::string>{"/sys/t/zone2/temp", "/sys/t/zone10/temp"});
  CHECK(fs.glob("/sys/t/zone?") == std::vector<std::string>{"/sys/t/zone2", "/sys/t/zone3"});
  CHECK(fs.glob("/sys/t/*/temp").size() == 3);  // a hidden name needs its dot written
  CHECK(fs.glob("/sys/u/*").empty());
  CHECK(fs.glob("").empty());
  CHECK(fs.glob("/").empty());
}

TEST_CASE("a glob is bounded") {
  FakeFs fs;
  for (int i = 0; i < 1500; ++i) fs.set("/d/f" + std::to_string(i), "");
  CHECK(fs.glob("/d/f*").size() == HostFs::kMaxMatches);
}

TEST_CASE("read_once trims, and is absent when the file is") {
  FakeFs fs({{"/model", std::string("Board 5\0", 8)}});
  CHECK(fs.read_once("/model") == "Board 5");
  CHECK_FALSE(fs.read_once("/other"));
}

TEST_CASE("a file that was never opened reads as absent") {
  File file;
  CHECK(file.read().state == State::no_data);
}
