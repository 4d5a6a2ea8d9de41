// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/direct_access.hpp"

#include <algorithm>

#include "rig/instruments/map_library.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/served_rack.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::instruments;

namespace {

const SystemClock kClock;

ConnectSpec patient(const std::string& connect) {
  ConnectSpec spec = parse_connect(connect).value();
  spec.timeout = 20 * kSecond;  // this machine may be busy
  return spec;
}

}  // namespace

TEST_CASE("points are read by name or all, each with its own state") {
  const test::TempDir folder;
  const test::ServedRack served({}, folder.path());
  DirectAccess chamber(patient(served.info().chamber.value()),
                       load_register_map("watlow-f4t").value(), kClock);
  REQUIRE(chamber.identify());
  const auto some = chamber.read({"temperature", "mode", "part_number"});
  REQUIRE(some);
  CHECK(some->at(0).value == 23.0);
  CHECK(some->at(1).text == "off");
  CHECK(some->at(2).text == "SOAKRIG-VIRTUAL");
  const auto all = chamber.read({});
  REQUIRE(all);
  CHECK(all->size() > 10);
  CHECK(std::ranges::all_of(*all, &PointReading::good));
  const auto unknown = chamber.read({"temprature"});
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().remedy == "did you mean 'temperature'?");
}

TEST_CASE("a write is checked, proven, made and read back") {
  const test::TempDir folder;
  const test::ServedRack served({}, folder.path());
  const RegisterMap map = load_register_map("watlow-f4t").value();
  DirectAccess chamber(patient(served.info().chamber.value()), map, kClock);
  const auto done = chamber.write("set_point", 40.0);
  REQUIRE(done);
  CHECK(done->before == 23.0);
  CHECK(done->after == 40.0);
  CHECK(done->held());
  CHECK(chamber.value_of("mode", "auto").value() == map.find("mode")->codes.at("auto"));
  CHECK(chamber.value_of("mode", "warm").error().remedy.find("auto") != std::string::npos);
  CHECK_FALSE(chamber.value_of("temperature", "20"));
  CHECK_FALSE(chamber.value_of("set_point", "20C"));
  // Outside the point's limits, or to another device: nothing is sent.
  const std::uint64_t before = chamber.session().counters().transactions;
  CHECK(chamber.write("set_point", 1000.0).error().code == Errc::invalid);
  CHECK(chamber.session().counters().transactions == before);
  DirectAccess mistaken(patient(served.info().meter.value()), map, kClock);
  CHECK(mistaken.write("set_point", 40.0).error().code == Errc::unsupported);
}
