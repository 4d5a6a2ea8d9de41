// SPDX-License-Identifier: Apache-2.0
#include "probes/catalogue.hpp"

#include <algorithm>
#include <array>

#include "tests/probes/fake_probe.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
std::unique_ptr<Probe> make_a(HostFs&) { return std::make_unique<FakeProbe>("a", "x.one"); }
std::unique_ptr<Probe> make_b(HostFs&) { return std::make_unique<FakeProbe>("b", "x.two"); }
std::unique_ptr<Probe> make_thief(HostFs&) { return std::make_unique<FakeProbe>("c", "x.one"); }
std::unique_ptr<Probe> make_bad_name(HostFs&) { return std::make_unique<FakeProbe>("d", "X one"); }
}  // namespace

TEST_CASE("the catalogue is sorted, without doubles, and each probe bears its listed name") {
  const auto entries = catalogue();
  CHECK(std::ranges::is_sorted(entries, {}, &ProbeEntry::name));
  FakeFs empty;
  const auto all = make_probes(empty);
  REQUIRE(all.size() == entries.size());
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i]->name() == entries[i].name);
}

TEST_CASE("on a machine with nothing every probe announces what is missing and why") {
  FakeFs empty;
  for (const auto& probe : make_probes(empty)) {
    INFO(probe->name());
    CHECK_FALSE(probe->present());
    CHECK_FALSE(probe->channels().empty());
    for (const ChannelInfo& channel : probe->channels()) {
      CHECK_FALSE(channel.reason.empty());
      CHECK(channel.source.starts_with("/"));
    }
  }
}

TEST_CASE("doubles, bad names and unknown wishes are refused") {
  FakeFs fs;
  const std::array twice = {ProbeEntry{"a", make_a}, ProbeEntry{"a", make_b}};
  CHECK_THROWS_AS(make_probes(fs, {}, twice), Fatal);
  const std::array thief = {ProbeEntry{"a", make_a}, ProbeEntry{"c", make_thief}};
  CHECK_THROWS_AS(make_probes(fs, {}, thief), Fatal);
  const std::array bad = {ProbeEntry{"d", make_bad_name}};
  CHECK_THROWS_AS(make_probes(fs, {}, bad), Fatal);
  const std::array good = {ProbeEntry{"a", make_a}, ProbeEntry{"b", make_b}};
  CHECK(make_probes(fs, {}, good).size() == 2);
  CHECK(make_probes(fs, {"b"}, good).at(0)->name() == "b");
  try {
    static_cast<void>(make_probes(fs, {"thermal_zome"}));
    FAIL("an unknown probe was accepted");
  } catch (const Fatal& fatal) {
    CHECK(fatal.exit_code() == 4);
    CHECK(std::string(fatal.what()).find("thermal_zone") != std::string::npos);
  }
}
