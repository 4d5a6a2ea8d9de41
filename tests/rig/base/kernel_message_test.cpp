// SPDX-License-Identifier: Apache-2.0
#include "rig/base/kernel_message.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace soakrig;

namespace {
std::string_view class_of(std::string_view text) {
  const auto found = classify_kernel_message(text);
  return found ? found->name : "";
}
}  // namespace

TEST_CASE("messages are classified by the allow-list") {
  CHECK(class_of("Out of memory: Killed process 4242 (llm) total-vm:1kB") == "oom-kill");
  CHECK(class_of("llm invoked oom-killer: gfp_mask=0xcc0") == "oom");
  CHECK(class_of("INFO: task llm:77 blocked for more than 120 seconds.") == "hung-task");
  CHECK(class_of("watchdog: BUG: soft lockup - CPU#3 stuck for 26s! [llm:42]") == "soft-lockup");
  CHECK(class_of("hwmon hwmon1: Undervoltage detected!") == "under-voltage");
  CHECK(class_of("Under-voltage detected! (0x00050005)") == "under-voltage");
  CHECK(class_of("Voltage normalised (0x00000000)") == "under-voltage-end");
  CHECK(class_of("soctherm: OC ALARM 0x00000001") == "over-current");
  CHECK(class_of("reboot: HARDWARE PROTECTION shutdown (Temperature too high)") ==
        "thermal-shutdown");
  CHECK(class_of("thermal thermal_zone0: soc: critical temperature reached") ==
        "critical-temperature");
  CHECK(class_of("mce: [Hardware Error]: Machine check events logged") == "machine-check");
  CHECK(class_of("EXT4-fs (sda1): Remounting filesystem read-only") == "storage-read-only");
  CHECK(class_of("nvme nvme0: I/O 12 QID 3 timeout, reset controller") == "storage-timeout");
  CHECK(class_of("CPU3: shutdown") == "cpu-offline");
  CHECK(class_of("Kernel panic - not syncing: sysrq triggered crash") == "panic");
  CHECK(class_of("reboot: Restarting system") == "restart");
  CHECK(class_of("reboot: Power down") == "power-down");
  CHECK(class_of("Rebooting in 2 seconds..") == "");
  CHECK(class_of("Internal error: Oops: 0000000096000005 [#1] SMP") == "oops");
  CHECK(class_of("usb 1-1: new high-speed USB device").empty());
  CHECK(class_of("").empty());
  CHECK(class_of(std::string(100000, 'k')).empty());
  CHECK(class_of(std::string_view("\0kernel\xff pani\0c", 14)).empty());
}
