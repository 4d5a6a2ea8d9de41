// SPDX-License-Identifier: Apache-2.0
//
// A hot virtual chamber on loopback and the plan that would make it safe.
#pragma once

#include "rig/instruments/guard/files.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/virtual/virtual_chamber.hpp"
#include "tests/support/served_device.hpp"
#include "tests/support/temp_dir.hpp"

namespace soakrig::test {

inline constexpr double kHot = 60.0, kSafe = 23.0, kAuto = 10, kOff = 62;

struct HotChamber {
  using Served = ServedDevice<virtual_bench::VirtualChamber>;
  instruments::RegisterMap map = instruments::load_register_map("watlow-f4t").value();
  Served served{[](virtual_bench::VirtualChamber& c) { c.step(0.1); }, map, std::uint8_t{1},
                virtual_bench::ChamberParameters{}};
  TempDir dir;
  guard::Files files = guard::Files::open(dir.file("guard")).value();

  HotChamber() {
    served.with([](virtual_bench::VirtualChamber& c) {
      c.bank().set("set_point", kHot);
      c.bank().set("mode", kAuto);
    });
  }

  [[nodiscard]] guard::GuardPlan plan() {
    guard::GuardPlan plan;
    plan.run = "test-run";
    plan.name = "test";
    plan.file = "test.soak";
    plan.controller = {1 << 22, 1, "no-such-boot"};
    plan.silence = kSecond;
    plan.lost = {step("set_point", kSafe, 0.05), step("mode", kAuto, 0)};
    plan.trip = {step("set_point", kSafe, 0.05), step("mode", kOff, 0)};
    plan.watch = guard::Watch{served.connect(), guard::bare_point(*map.find("temperature")), {}, {}};
    const auto& part = *map.find("part_number");
    guard::Proof proof{served.connect(), instruments::read_request(part, 1), {}};
    for (const char c : std::string("SOAKRIG-VIRTUAL")) {
      proof.words.push_back(static_cast<std::uint16_t>(c));
    }
    plan.proofs = {proof};
    return plan;
  }
  [[nodiscard]] guard::Step step(const char* point, double value, double tolerance) {
    return guard::make_step(map, point, served.connect(), value, point, tolerance).value();
  }
  [[nodiscard]] double held(const char* point) {
    return served.with([&](virtual_bench::VirtualChamber& c) { return c.bank().get(point); });
  }
};

}  // namespace soakrig::test
