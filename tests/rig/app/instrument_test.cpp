// SPDX-License-Identifier: Apache-2.0
//
// Also tests: instrument_text.cpp
// The command against the bench's devices; what it prints is judged as text.
#include <nlohmann/json.hpp>

#include "rig/app/command.hpp"
#include "rig/app/instrument_text.hpp"
#include "rig/instruments/map_library.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/served_rack.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::instruments;

namespace soakrig::app {
int command_instrument(std::span<const std::string> args);
}

namespace {

int run(const std::vector<std::string>& args) { return app::command_instrument(args); }

}  // namespace

TEST_CASE("exit codes: done, the instrument's fault, the caller's fault") {
  const test::TempDir folder;
  const test::ServedRack served({}, folder.path());
  const std::string chamber = served.info().chamber.value() + "&timeout=20s";
  CHECK(run({"identify", chamber, "--map", "watlow-f4t"}) == 0);
  CHECK(run({"identify", chamber}) == 0);
  CHECK(run({"identify", chamber, "--map", "watlow-f4"}) == 2);  // another model's registers
  CHECK(run({"read", chamber, "--map", "watlow-f4t", "temperature", "--json"}) == 0);
  CHECK(run({"watch", chamber, "--map", "watlow-f4t", "temperature", "--count", "2", "--every",
             "10ms"}) == 0);
  CHECK(run({"write", chamber, "--map", "watlow-f4t", "set_point", "30", "--confirm"}) == 0);
  CHECK(run({"write", chamber, "--map", "watlow-f4t", "set_point", "30"}) == 4);  // not confirmed
  CHECK(run({"write", chamber, "--map", "watlow-f4t", "set_point", "999", "--confirm"}) == 4);
  CHECK(run({"write", chamber, "--map", "watlow-f4t", "temperature", "9", "--confirm"}) == 4);
  CHECK(run({"read", chamber, "--map", "watlow-f4t", "nothing"}) == 4);
  CHECK(run({"read", chamber, "--map", "no-such-map"}) == 4);
  CHECK(run({"read", "gopher://x", "--map", "watlow-f4t"}) == 4);
  CHECK(run({"read", chamber}) == 4);
  CHECK(run({"identify", "tcp://127.0.0.1:1?timeout=100ms", "--map", "watlow-f4t"}) == 2);
  CHECK(run({"identify", "virtual:/no/such/file", "--map", "watlow-f4t"}) == 4);
}

TEST_CASE("text and JSON say SIMULATED where it is, and keep what is absent null") {
  const RegisterMap map = load_register_map("watlow-f4t").value();
  Identified found;
  found.identity = {"watlow-f4t", "SOAKRIG-VIRTUAL", "", "tcp://h:1?unit=1", true};
  found.proofs = {"part_number: 'SOAKRIG-VIRTUAL'"};
  CHECK(app::identity_text(found, map).find("SIMULATED") != std::string::npos);
  const auto identity = nlohmann::json::parse(app::identity_json(found, map));
  CHECK(identity["provenance"] == "simulated");
  CHECK(identity["serial"].is_null());
  const std::vector<PointReading> readings = {{"temperature", "Cel", true, 23.25, "", ""},
                                              {"humidity", "%", false, {}, "", "exception 2"}};
  const auto body = nlohmann::json::parse(app::readings_json(readings, found, map, 0));
  CHECK(body["points"][0]["value"] == 23.25);
  CHECK(body["points"][1]["value"].is_null());
  CHECK(body["points"][1]["state"] == "error");
  CHECK(body["points"][1]["reason"] == "exception 2");
  const std::string text = app::readings_text(readings, found);
  CHECK(text.starts_with("SIMULATED\n"));
  CHECK(text.find("temperature  23.25 Cel\n") != std::string::npos);
  CHECK(text.find("humidity     -  exception 2\n") != std::string::npos);
  found.identity.is_virtual = false;
  CHECK(app::readings_text(readings, found).find("SIMULATED") == std::string::npos);
  CHECK(app::trials_text({{"a", "A", true, false, ""}, {"b", "B", true, true, "F4T"}})
            .find("perhaps") != std::string::npos);
  const auto outcome =
      nlohmann::json::parse(app::outcome_json({20, 30, 29.5}, *map.find("set_point")));
  CHECK(outcome["ok"] == false);
}
