// SPDX-License-Identifier: Apache-2.0
#include "rig/base/channel.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("Channel names are dotted lower case") {
  for (const char* good : {"soc.temperature", "limiter.under-voltage.rpi_volt", "a", "cpu0.usage"}) {
    CHECK(valid_channel_name(good));
  }
  for (const char* bad : {"", ".", "a.", ".a", "a..b", "SoC.temperature", "a b", "a/b", "ä"}) {
    CAPTURE(bad);
    CHECK_FALSE(valid_channel_name(bad));
  }
  CHECK(valid_channel_name(std::string(200, 'a')));
  CHECK_FALSE(valid_channel_name(std::string(201, 'a')));
}

TEST_CASE("Any text becomes a valid part of a name") {
  CHECK(channel_part("CPU-thermal 0") == "cpu-thermal_0");
  CHECK(channel_part("") == "_");
  CHECK(channel_part("a.b") == "a_b");
  CHECK(valid_channel_name(channel_part(std::string(1000, '/'))));
}

TEST_CASE("States and provenances keep their spelling and their order") {
  for (const State s : {State::good, State::no_data, State::stale, State::error}) {
    CHECK(parse_state(to_string(s)) == s);
  }
  CHECK_FALSE(parse_state("fine"));
  for (const Provenance p : {Provenance::measured, Provenance::simulated, Provenance::replayed}) {
    CHECK(parse_provenance(to_string(p)) == p);
    CHECK(worse(p, Provenance::simulated) == Provenance::simulated);
    CHECK(worse(p, Provenance::measured) == p);
  }
}
