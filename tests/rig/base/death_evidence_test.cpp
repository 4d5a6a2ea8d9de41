// SPDX-License-Identifier: Apache-2.0
#include "rig/base/death_evidence.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("what is known of a death survives its way through the protocol and the store") {
  DeathEvidence e;
  e.boot_id = "b";
  e.previous = "a";
  e.uptime_s = 12.5;
  e.down_s = 40;
  e.pstore_kept = true;
  e.pstore = {{"dmesg-ramoops-0@1f", {"Kernel panic", "Rebooting in 2 seconds.."}}};
  e.watchdogs = {{"watchdog0", "i6300ESB timer", 32}};
  e.reset_reason = "WATCHDOG";
  e.reset_source = "/sys/x/reset_reason";
  e.journal = {"Reached target Reboot"};
  e.celsius = 91.5;
  e.celsius_age_s = 0.2;
  e.watts_before = 7;
  e.watts_least = 0.1;
  e.off_below = 1;
  e.console_heard = true;
  e.console = {"last word"};
  e.liveness = "wedged";
  e.rig_did = "power-cycle";
  e.missing["journal"] = "there is none";
  const auto read = parse_death_evidence(encode(e));
  REQUIRE(read);
  CHECK(encode(*read) == encode(e));
  CHECK(read->pstore[0].lines.size() == 2);
  CHECK(read->watchdogs[0].bootstatus == 32);
  CHECK(read->missing.at("journal") == "there is none");
}

TEST_CASE("what is not known stays unknown") {
  const auto read = parse_death_evidence(R"({"boot_id":""})");
  REQUIRE(read);
  CHECK_FALSE(read->uptime_s);
  CHECK_FALSE(read->celsius);
  CHECK_FALSE(read->watts_least);
  CHECK_FALSE(read->pstore_kept);
}

TEST_CASE("a hostile board's words are bounded or refused") {
  for (const char* text : {"", "no", "[]", "{}", R"({"boot_id":1})"}) CHECK_FALSE(parse_death_evidence(text));
  CHECK_FALSE(parse_death_evidence(R"({"boot_id":")" + std::string(1u << 20, 'x') + "\"}"));
  std::string lines, records;
  for (int i = 0; i < 500; ++i) {
    lines += (i == 0 ? "\"" : ",\"") + std::string(500, 'y') + "\"";
    records += i == 0 ? "{}" : ",{}";
  }
  const auto read = parse_death_evidence(R"({"boot_id":"b","journal":[)" + lines + R"(],"pstore":[)" + records +
                                         R"(],"watchdogs":7,"missing":[1],"console":{"a":1}})");
  REQUIRE(read);
  CHECK(read->journal.size() == DeathEvidence::kMostLines);
  CHECK(read->journal[0].size() == DeathEvidence::kMostText);
  CHECK(read->pstore.size() == DeathEvidence::kMostRecords);
  CHECK(read->watchdogs.empty());
}
