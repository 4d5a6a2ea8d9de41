// SPDX-License-Identifier: Apache-2.0
#include "probes/edac_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const std::string kTop = "/sys/devices/system/edac/mc/mc";
FakeFs server() {
  return FakeFs(
      {{kTop + "0/ce_count", "2"}, {kTop + "0/ue_count", "0"}, {kTop + "1/ce_count", "5"}});
}
}  // namespace

TEST_CASE("memory errors are counted per controller") {
  FakeFs fs = server();
  const auto probe = make_edac(fs);
  Reading reading(*probe);
  CHECK(reading.value("edac.mc0.corrected") == 2);
  CHECK(reading.value("edac.mc0.uncorrected") == 0);
  CHECK(reading.value("edac.mc1.corrected") == 5);
  CHECK_FALSE(reading.has("edac.mc1.uncorrected"));
}

TEST_CASE("memory without ECC says so, and does not claim zero errors") {
  FakeFs fs;
  const auto probe = make_edac(fs);
  CHECK_FALSE(probe->present());
  CHECK(Reading(*probe).state("edac.mc0.corrected") == State::no_data);
}

TEST_CASE("edac survives any text") {
  survives_hostile_texts(server(), {kTop + "0/ce_count"}, [](HostFs& fs) { return make_edac(fs); });
}
