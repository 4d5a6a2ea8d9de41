// SPDX-License-Identifier: Apache-2.0
#include "rig/base/event.hpp"

#include "rig/base/channel.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("Severities have their words, kinds are names") {
  CHECK(to_string(Severity::info) == "info");
  CHECK(to_string(Severity::warning) == "warning");
  CHECK(to_string(Severity::alarm) == "alarm");
  CHECK(valid_channel_name(event_kind::kIncident));
  CHECK(valid_channel_name(event_kind::kWorkExited));
}
