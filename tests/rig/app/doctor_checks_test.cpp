// SPDX-License-Identifier: Apache-2.0
#include "rig/app/doctor_checks.hpp"

#include <algorithm>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

probes::FakeFs healthy(Provenance provenance = Provenance::replayed) {
  const std::string policy = "/sys/devices/system/cpu/cpufreq/policy0/";
  return probes::FakeFs({{"/sys/class/thermal/thermal_zone0/type", "cpu-thermal"},
                         {"/sys/class/thermal/thermal_zone0/temp", "48125"},
                         {"/sys/class/thermal/cooling_device0/type", "thermal-cpufreq-0"},
                         {"/sys/class/thermal/cooling_device0/cur_state", "0"},
                         {policy + "scaling_cur_freq", "2400000"},
                         {policy + "scaling_max_freq", "2400000"},
                         {policy + "cpuinfo_max_freq", "2400000"},
                         {policy + "scaling_governor", "performance"},
                         {"/sys/class/hwmon/hwmon0/name", "x"},
                         {"/sys/class/hwmon/hwmon0/power1_label", "board"},
                         {"/sys/class/hwmon/hwmon0/power1_input", "7000000"}},
                        provenance);
}

std::vector<Finding> findings_of(probes::FakeFs& fs, const RunSpec* spec = nullptr,
                                 Situation situation = {.root = true}) {
  FakeClock clock;
  const auto channels =
      read_channels(fs, clock, 100 * kMillisecond, [&] { clock.advance(kSecond); });
  return examine(fs, channels, situation, spec, spec == nullptr ? nullptr : &spec->boards.at(0));
}

bool says(const std::vector<Finding>& findings, Weight weight, std::string_view text) {
  return std::ranges::any_of(findings, [&](const Finding& f) {
    return f.weight == weight && f.what.find(text) != std::string::npos && !f.remedy.empty();
  });
}

}  // namespace

TEST_CASE("a healthy board lacks nothing") {
  probes::FakeFs fs = healthy();
  CHECK(findings_of(fs).empty());
}

TEST_CASE("what a verdict needs comes first") {
  probes::FakeFs fs;
  const auto findings = findings_of(fs);
  REQUIRE_FALSE(findings.empty());
  CHECK(findings[0].what == "soc.temperature cannot be read");
  CHECK(says(findings, Weight::needed, "no clock and no limiter"));
  CHECK(says(findings, Weight::wanted, "board.power"));
  CHECK(std::ranges::is_sorted(findings, {}, &Finding::weight));
}

TEST_CASE("settings that change results are advice") {
  probes::FakeFs fs = healthy();
  const std::string policy = "/sys/devices/system/cpu/cpufreq/policy0/";
  fs.set(policy + "scaling_governor", "ondemand");
  fs.set(policy + "scaling_max_freq", "1800000");
  fs.set("/sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]");
  fs.set("/sys/class/power_supply/AC/type", "Mains");
  fs.set("/sys/class/power_supply/AC/online", "0");
  const auto findings = findings_of(fs);
  CHECK(says(findings, Weight::advice, "governor is ondemand"));
  CHECK(says(findings, Weight::advice, "capped at 1.8 GHz of 2.4 GHz"));
  CHECK(says(findings, Weight::advice, "huge pages"));
  CHECK(says(findings, Weight::advice, "battery"));
  CHECK(findings.size() == 4);
}

TEST_CASE("a virtual machine, a plain user and a loose clock are told") {
  probes::FakeFs fs = healthy(Provenance::measured);
  fs.set("/sys/class/dmi/id/product_name", "Standard PC (QEMU)");
  fs.set("/sys/fs/cgroup/cgroup.controllers", "cpu memory");
  const auto findings = findings_of(fs, nullptr, {.root = false, .clock_synchronised = false});
  CHECK(says(findings, Weight::wanted, "virtual machine"));
  CHECK(says(findings, Weight::wanted, "not running as root"));
  CHECK(says(findings, Weight::advice, "not synchronised"));
}

TEST_CASE("limits and claims of a profile need their channels") {
  probes::FakeFs fs = healthy();
  fs.remove("/sys/class/hwmon/hwmon0/power1_input");
  RunSpec spec;
  BoardSpec board;
  board.name = "dut";
  board.limits.push_back({"gpu.temperature", std::nullopt, 90.0, LimitAction::stop});
  Claim claim;
  claim.name = "j_per_token";
  board.claims.push_back(claim);
  spec.boards.push_back(board);
  CHECK(says(findings_of(fs, &spec), Weight::needed, "gpu.temperature"));
  CHECK(says(findings_of(fs, &spec), Weight::needed, "j_per_token"));
  InstrumentSpec meter;
  meter.board = "dut";
  spec.instruments.push_back(meter);
  CHECK_FALSE(says(findings_of(fs, &spec), Weight::needed, "j_per_token"));
}
