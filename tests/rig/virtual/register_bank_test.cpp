// SPDX-License-Identifier: Apache-2.0
//
// Also tests: virtual_chamber.cpp virtual_meter.cpp
#include "rig/virtual/register_bank.hpp"

#include "rig/instruments/map_library.hpp"
#include "rig/virtual/virtual_chamber.hpp"
#include "rig/virtual/virtual_meter.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::virtual_bench;
using Bytes = std::vector<std::uint8_t>;

namespace {

instruments::RegisterMap f4t() { return instruments::load_register_map("watlow-f4t").value(); }

Bytes ask(RegisterBank& bank, const Bytes& body, std::uint8_t unit = 1) {
  Bytes request = {unit};
  request.insert(request.end(), body.begin(), body.end());
  const auto reply = bank.answer(request);
  if (!reply) return {};
  CHECK((*reply)[0] == unit);
  return {reply->begin() + 1, reply->end()};
}

}  // namespace

TEST_CASE("a point is shown in the map's order and read back") {
  RegisterBank bank(f4t(), 1);
  bank.set("temperature", 123456.0);  // beyond the point's maximum: clamped
  CHECK(bank.get("temperature") == 500.0);
  bank.set("temperature", 85.0);  // 42AA 0000, low word first
  CHECK(ask(bank, {3, 0x0B, 0x04, 0, 2}) == Bytes{3, 4, 0, 0, 0x42, 0xAA});
}

TEST_CASE("a device answers as the protocol says it must refuse") {
  RegisterBank bank(f4t(), 1);
  CHECK(ask(bank, {7}) == Bytes{0x87, 1});
  CHECK(ask(bank, {5, 0, 0, 0xFF, 0}) == Bytes{0x85, 2});               // no coils
  CHECK(ask(bank, {3, 0, 0, 0, 1}) == Bytes{0x83, 2});                  // no such register
  CHECK(ask(bank, {3, 0x0B, 0x04, 0, 0}) == Bytes{0x83, 3});            // no count
  CHECK(ask(bank, {3, 0x0B, 0x04, 0, 126}) == Bytes{0x83, 3});          // too many
  CHECK(ask(bank, {3, 0x0B, 0x04, 0}) == Bytes{0x83, 3});               // half a request
  CHECK(ask(bank, {6, 0x0B, 0x04, 0, 1}) == Bytes{0x86, 2});            // read only
  CHECK(ask(bank, {16, 0x0A, 0xDE, 0, 1, 2, 0, 0}) == Bytes{0x90, 3});  // half a float
  CHECK(ask(bank, {16, 0x0A, 0xDE, 0, 2, 3, 0, 0, 0}) == Bytes{0x90, 3});
  CHECK(ask(bank, {3, 0x0B, 0x04, 0, 2}, 7).empty());  // another unit's business
}

TEST_CASE("a write is taken whole and within the point's limits, or not at all") {
  RegisterBank bank(f4t(), 1);
  bank.set("set_point", 23.0);
  CHECK(ask(bank, {16, 0x0A, 0xDE, 0, 2, 4, 0, 0, 0x42, 0x5C}) == Bytes{16, 0x0A, 0xDE, 0, 2});
  CHECK(bank.get("set_point") == 55.0);
  // 1000 Cel = 447A 0000
  CHECK(ask(bank, {16, 0x0A, 0xDE, 0, 2, 4, 0, 0, 0x44, 0x7A}) == Bytes{0x90, 3});
  CHECK(bank.get("set_point") == 55.0);
  CHECK(ask(bank, {6, 0x0A, 0xAA, 0, 10}) == Bytes{6, 0x0A, 0xAA, 0, 10});
  CHECK(bank.get("mode") == 10.0);
}

TEST_CASE("the virtual chamber does what its registers are told") {
  VirtualChamber chamber(f4t(), 1, ChamberParameters{});
  RegisterBank& bank = chamber.bank();
  CHECK(bank.get("units") == 15.0);
  CHECK(bank.get("temperature") == Approx(23.0));
  bank.set("set_point", 55.0);
  chamber.step(5.0);
  CHECK(bank.get("temperature") == Approx(23.0));  // off: as it was left
  bank.set("mode", 10.0);
  chamber.step(5.0);
  CHECK(bank.get("temperature") == Approx(33.0));
  CHECK(bank.get("actual_mode") == 10.0);
  chamber.freeze(true);
  chamber.step(5.0);
  CHECK(bank.get("temperature") == Approx(33.0));
  CHECK(chamber.state().air == Approx(43.0));
  chamber.freeze(false);
  bank.set("ramp_rate", 60.0);
  bank.set("ramp_action", 85.0);
  bank.set("set_point", 200.0);
  chamber.step(1.0);
  CHECK(bank.get("working_set_point") == Approx(56.0));
  CHECK(bank.get("temperature") == Approx(45.0));
}

TEST_CASE("the virtual meter shows power and counts energy") {
  VirtualMeter meter(instruments::load_register_map("eastron-sdm120").value(), 1);
  meter.step(6.0, 600.0);
  CHECK(meter.bank().get("power") == 6.0);
  CHECK(meter.bank().get("current") == 0.5);
  CHECK(meter.bank().get("energy") == Approx(3600.0));
}
