// SPDX-License-Identifier: Apache-2.0
#include "probes/last_death.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {

Result<std::vector<std::string>> no_journal() {
  return Error{Errc::not_found, "there is no journalctl"};
}
const std::string kId = "/proc/sys/kernel/random/boot_id";
const std::string kBoot = "0b25f1a6-43d5-4c7e-9a10-6f8f3d1c2b7a";
const std::string kBackend = "/sys/module/pstore/parameters/backend";
const char* const kDump =
    "Panic#1 Part1\n<5>[    0.000000] Linux version 6.1\n"
    "<6>[   20.000000] usb 1-1: new device\n<0>[   27.038385] Kernel panic - not syncing: sysrq triggered crash\n"
    "<4>[   27.038564] CPU: 0 PID: 150 Comm: sh\n";

}  // namespace

TEST_CASE("a board that keeps nothing says so, each with a reason") {
  FakeFs fs({{kId, kBoot + "\n"}, {"/proc/uptime", "12.5 10.0\n"}});
  const DeathEvidence found = read_last_death(fs, no_journal);
  CHECK(found.boot_id == kBoot);
  CHECK(*found.uptime_s == 12.5);
  CHECK_FALSE(found.pstore_kept);
  CHECK(found.pstore.empty());
  for (const char* what : {"pstore", "watchdog", "reset_reason", "journal"}) {
    CHECK(found.missing.contains(what));
  }
}

TEST_CASE("pstore is read where the kernel and systemd put it") {
  FakeFs fs({{kId, kBoot}, {kBackend, "ramoops\n"}, {"/sys/fs/pstore/.", ""},
             {"/sys/fs/pstore/dmesg-ramoops-0", kDump},
             {"/var/lib/systemd/pstore/1764/dmesg-ramoops-1", kDump}});
  const DeathEvidence found = read_last_death(fs, no_journal);
  CHECK(found.pstore_kept);
  CHECK_FALSE(found.missing.contains("pstore"));
  REQUIRE(found.pstore.size() == 2);
  CHECK(found.pstore[0].lines[0] == "Kernel panic - not syncing: sysrq triggered crash");
  CHECK(found.pstore[0].lines.back() == "CPU: 0 PID: 150 Comm: sh");
  const std::string id = found.pstore[1].id;
  CHECK(id.starts_with("dmesg-ramoops-0@"));
  fs.set("/sys/fs/pstore/dmesg-ramoops-0", std::string(kDump) + "<4>[   28.0] more\n");
  CHECK(read_last_death(fs, no_journal).pstore[1].id != id);  // another death, another id
}

TEST_CASE("records that nobody may read are missing, not absent") {
  FakeFs fs({{kId, kBoot}, {kBackend, "ramoops\n"}});  // the folder cannot be entered
  CHECK_FALSE(read_last_death(fs, no_journal).pstore_kept);
  CHECK(read_last_death(fs, no_journal).missing.at("pstore").find("as root") != std::string::npos);
  fs.set("/sys/fs/pstore/.", "");
  CHECK(read_last_death(fs, no_journal).pstore_kept);
  fs.fail("/sys/fs/pstore/dmesg-efi-1", EACCES);
  CHECK_FALSE(read_last_death(fs, no_journal).pstore_kept);
  fs.set(kBackend, "(null)\n");
  CHECK(read_last_death(fs, no_journal).missing.at("pstore").find("no store") != std::string::npos);
}

TEST_CASE("watchdogs, the vendor's word and the journal are read") {
  FakeFs fs({{kId, kBoot},
             {"/sys/class/watchdog/watchdog0/bootstatus", "32\n"},
             {"/sys/class/watchdog/watchdog0/identity", "i6300ESB timer\n"},
             {"/sys/class/watchdog/watchdog1/bootstatus", "what\n"},
             {"/sys/devices/platform/bus@0/c360000.pmc/reset_reason", "WATCHDOG\n"}});
  const DeathEvidence found = read_last_death(
      fs, []() -> Result<std::vector<std::string>> { return std::vector<std::string>(60, "line\x01"); });
  REQUIRE(found.watchdogs.size() == 1);
  CHECK(found.watchdogs[0].identity == "i6300ESB timer");
  CHECK(found.watchdogs[0].bootstatus == WatchdogStatus::kCardReset);
  CHECK(found.reset_reason == "WATCHDOG");
  CHECK(found.reset_source == "/sys/devices/platform/bus@0/c360000.pmc/reset_reason");
  CHECK(found.journal.size() == DeathEvidence::kMostLines);
  CHECK(found.journal[0] == "line ");
  FakeFs pi({{kId, kBoot}, {"/proc/device-tree/chosen/power/power_reset", std::string("\0\0\0\x12", 4)}});
  CHECK(read_last_death(pi, no_journal).reset_reason == "under-voltage watchdog ");
}

TEST_CASE("of a long dump the lines that tell and the last ones stay") {
  std::string dump;
  for (int i = 0; i < 3000; ++i) dump += "<6>[ 1.0] noise " + std::to_string(i) + "\n";
  dump += "<0>[ 2.0] Kernel panic - not syncing: x\n";
  for (int i = 0; i < 100; ++i) dump += "<4>[ 2.0] trace " + std::to_string(i) + "\n";
  const auto lines = telling_lines(dump);
  CHECK(lines.size() <= DeathEvidence::kMostLines);
  CHECK(lines.front() == "Kernel panic - not syncing: x");
  CHECK(lines.back() == "trace 99");
  CHECK(telling_lines("").empty());
}
