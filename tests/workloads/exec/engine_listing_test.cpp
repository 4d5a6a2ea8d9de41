// SPDX-License-Identifier: Apache-2.0
#include "workloads/exec/engine_listing.hpp"

#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"
#include "workloads/exec/engine_library.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

TEST_CASE("every engine is listed, for people and as JSON") {
  const auto listing = parse_json(engine_listing(true));
  REQUIRE(listing);
  const auto& rows = listing->at("engines");
  REQUIRE(rows.size() == engine_names().size());
  for (const auto& row : rows) {
    CHECK(row.at("error").is_null());
    CHECK_FALSE(row.at("work").empty());
    if (row.at("name") == "stress-ng") {
      CHECK(row.at("verified").at(0) == "0.15.06");
      CHECK(row.at("options").at("seconds") == "10");
      CHECK(row.at("installed").is_boolean());
    }
    if (row.at("name") == "rkllm") CHECK(row.at("verified").empty());
  }
  const std::string text = engine_listing(false);
  CHECK(text.find("stress-ng ") != std::string::npos);
  CHECK(text.find("verified: 0.15.06") != std::string::npos);
}
