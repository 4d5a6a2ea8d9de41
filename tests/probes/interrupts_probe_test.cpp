// SPDX-License-Identifier: Apache-2.0
#include "probes/interrupts_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const char* const kText =
    "            CPU0       CPU1\n   1:          0          9  IR-IO-APIC   1-edge      i8042\n"
    " TRM:         12         13   Thermal event interrupts\n"
    " MCE:          0          1   Machine check exceptions\n ERR:          3\n";
}

TEST_CASE("rows are summed over cores") {
  FakeFs fs({{"/proc/interrupts", kText}});
  const auto probe = make_interrupts(fs);
  Reading reading(*probe);
  CHECK(reading.value("interrupts.thermal") == 25);
  CHECK(reading.value("interrupts.machine_check") == 1);
  CHECK(reading.value("interrupts.error") == 3);
  CHECK_FALSE(reading.has("interrupts.threshold"));
}

TEST_CASE("a row that is not there is not zero") {
  CHECK(parse_interrupt_row(kText, "TRM") == 25u);
  CHECK_FALSE(parse_interrupt_row(kText, "THR"));
  CHECK_FALSE(parse_interrupt_row("MCE: none\n", "MCE"));
  FakeFs arm({{"/proc/interrupts", "           CPU0\n 11:   5  GICv3 arch_timer\nErr:  0\n"}});
  const auto probe = make_interrupts(arm);
  CHECK_FALSE(probe->present());
  CHECK(Reading(*probe).state("interrupts.machine_check") == State::no_data);
}

TEST_CASE("interrupts survive any text") {
  survives_hostile_texts(FakeFs({{"/proc/interrupts", kText}}), {"/proc/interrupts"},
                         [](HostFs& fs) { return make_interrupts(fs); });
}
