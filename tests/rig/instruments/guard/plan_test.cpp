// SPDX-License-Identifier: Apache-2.0
// Also tests: plan_json.cpp
#include "rig/instruments/guard/plan.hpp"

#include <nlohmann/json.hpp>

#include "rig/instruments/map_library.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::guard;
using namespace soakrig::instruments;

namespace {

const std::string kChamber = "tcp://127.0.0.1:1502?unit=3";

GuardPlan full_plan() {
  const auto map = load_register_map("watlow-f4t").value();
  GuardPlan plan;
  plan.run = "20260301-120000-00000001";
  plan.name = "night";
  plan.file = "soaks/night.soak";
  plan.controller = {1234, 99, "boot"};
  plan.bench = ProcessId{77, 5, "boot"};
  plan.silence = 2500 * kMillisecond;
  plan.proofs = {{kChamber, {3, Area::holding, 16, 3}, {70, 52, 84}}};
  plan.load_off = {{"dut", {"/usr/bin/soakrig-agent", "--stop", "/some file"}}};
  plan.power_off = {{"dut", {"/usr/bin/kasa", "off"}}};
  plan.lost = {make_step(map, "set_point", kChamber, 23.0, "safe set-point", 0.05).value()};
  plan.trip = {make_step(map, "mode", kChamber, 62, "conditioning off").value()};
  plan.trip[0].patience = 10 * kSecond;
  plan.watch = Watch{kChamber, bare_point(*map.find("temperature")), -45.0, 95.0};
  return plan;
}

}  // namespace

TEST_CASE("A step holds the words that go over the wire and how they are read back") {
  const auto map = load_register_map("watlow-f4t").value();
  const auto step = make_step(map, "set_point", kChamber, 23.5, "safe", 0.05).value();
  CHECK(step.write.unit == 3);
  CHECK(step.write.address == 2782);
  CHECK(step.write.words == std::vector<std::uint16_t>{0x0000, 0x41BC});  // cdab
  CHECK(step.value == 23.5);
  CHECK(read_point(step.point, step.write.words, 2782).value() == 23.5);
}

TEST_CASE("A device that reads back other words than it is told is expected to") {
  const auto map = load_register_map("r421a08").value();
  const auto& relay = map.points.front();
  const double off = relay.codes.at("off");
  const auto step = make_step(map, relay.name, kChamber, off, "power off").value();
  CHECK(step.value == relay.reads.at("off"));
  const std::vector<std::uint16_t> read = {relay.reads.at("off")};
  CHECK(read_point(step.point, read, step.point.address).value() == step.value);
}

TEST_CASE("A step that could not be checked is not made") {
  const auto map = load_register_map("watlow-f4t").value();
  CHECK(make_step(map, "no_such", kChamber, 1, "x").error().code == Errc::not_found);
  CHECK(make_step(map, "temperature", kChamber, 1, "x").error().code == Errc::invalid);
  CHECK(make_step(map, "set_point", kChamber, 900, "x").error().code == Errc::invalid);
  CHECK(make_step(map, "set_point", "nowhere", 20, "x").error().code == Errc::invalid);
}

TEST_CASE("A plan comes back from its file as it went") {
  const GuardPlan plan = full_plan();
  const auto back = parse_plan(encode_plan(plan), "p");
  REQUIRE(back);
  CHECK(encode_plan(*back) == encode_plan(plan));
  CHECK(back->controller == plan.controller);
  CHECK(back->bench == plan.bench);
  CHECK(back->silence == plan.silence);
  CHECK(back->lost[0].write.unit == 3);
  CHECK(back->proofs[0].read.count == 3);
  REQUIRE(back->power_off.size() == 1);
  CHECK(back->power_off[0].argv == plan.power_off[0].argv);
  CHECK(back->trip[0].patience == 10 * kSecond);
  CHECK(back->watch->high == 95.0);
  CHECK(endpoints(*back) == std::vector<std::string>{parse_connect(kChamber)->endpoint()});
}

TEST_CASE("A plan of the version before cuts no supplies by commands") {
  auto old = nlohmann::json::parse(encode_plan(full_plan()));
  old["version"] = 1;
  old.erase("power_off");
  const auto back = parse_plan(old.dump(), "p");
  REQUIRE(back);
  CHECK(back->load_off.size() == 1);
  CHECK(back->power_off.empty());
}

TEST_CASE("A plan without a bench or a watch stays without") {
  GuardPlan plan = full_plan();
  plan.bench.reset();
  plan.watch.reset();
  const auto back = parse_plan(encode_plan(plan), "p").value();
  CHECK_FALSE(back.bench);
  CHECK_FALSE(back.watch);
}

TEST_CASE("A plan with anything missing or out of range is refused, and the member named") {
  using nlohmann::json;
  const json good = json::parse(encode_plan(full_plan()));
  // Each member in turn, on the first two levels.
  for (const auto& [key, value] : good.items()) {
    if (key == "bench" || key == "watch") continue;  // may be absent
    json broken = good;
    broken.erase(key);
    INFO(key);
    CHECK_FALSE(parse_plan(broken.dump(), "p"));
  }
  const std::vector<std::pair<std::string, json>> wrong = {
      {"/version", 3},
      {"/controller/pid", 1},
      {"/controller/pid", -4},
      {"/silence_s", -1},
      {"/silence_s", 1e300},
      {"/lost", json::array()},
      {"/lost/0/connect", "nowhere"},
      {"/lost/0/write/words", json::array()},
      {"/lost/0/write/words", json::array({70000})},
      {"/lost/0/write/words", json::array({-1})},
      {"/lost/0/write/address", 65536},
      {"/lost/0/write/area", "input"},
      {"/lost/0/write/single", 1},
      {"/lost/0/read/type", "text"},
      {"/lost/0/read/type", "u16"},  // and still two registers
      {"/lost/0/read/order", "xyz"},
      {"/lost/0/read/count", 0},
      {"/lost/0/read/bit", 16},
      {"/lost/0/value", "23"},
      {"/lost/0/tolerance", -0.1},
      {"/proofs/0/words", json::array()},
      {"/load_off/0/argv", json::array()},
      {"/load_off/0/argv", json::array({"agent"})},  // no path: whatever is found
      {"/load_off/0/argv", json::array({"/bin/x", 3})},
      {"/power_off/0/argv", json::array({"kasa", "off"})},
      {"/power_off", 1},
  };
  for (const auto& [where, value] : wrong) {
    json broken = good;
    broken[json::json_pointer(where)] = value;
    INFO(where << " = " << value.dump());
    const auto parsed = parse_plan(broken.dump(), "the-file");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().file == "the-file");
  }
  CHECK_FALSE(parse_plan("", "p"));
  CHECK_FALSE(parse_plan("[]", "p"));
  CHECK_FALSE(parse_plan(std::string(100000, '['), "p"));
}
