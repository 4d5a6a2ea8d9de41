// SPDX-License-Identifier: Apache-2.0
//
// What every instrument shares, against a device that misbehaves: rows keep coming, each value good
// or absent with a reason, never a wrong one.
#include "rig/instruments/polled_device.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/instrument_log.hpp"
#include "tests/support/modbus_fake.hpp"

using namespace soakrig;
using namespace soakrig::instruments;
using test::Misdeed;
using test::ModbusFake;

namespace {

const SystemClock kClock;

constexpr const char* kMap = R"([map]
name = "fake"
title = "Fake"
kind = "meter"
source = "test"
[[point]]
name = "power"
address = 100
type = "u16"
unit = "W"
source = "test"
[[point]]
name = "voltage"
address = 200
type = "u16"
unit = "V"
max = 100.0
source = "test"
)";

std::shared_ptr<PolledDevice> device_on(ModbusBus& bus, const std::string& connect) {
  PolledDevice::Setup setup{parse_register_map(kMap, "fake").value(),
                            "fake",
                            {{"power", "fake.power"}, {"voltage", "fake.voltage"}},
                            connect,
                            1,
                            150 * kMillisecond,
                            "fake"};
  return std::make_shared<PolledDevice>(std::move(setup), bus, kClock);
}

}  // namespace

TEST_CASE("a point is not written more often than its memory bears") {
  struct Writing final : PolledDevice {
    using PolledDevice::PolledDevice;
    using PolledDevice::write_value;
  };
  ModbusFake fake([](std::size_t) { return Misdeed::none; }, 200, 20);
  ModbusBus bus(parse_connect(fake.connect("timeout=150ms")).value(), kClock);
  PolledDevice::Setup setup{parse_register_map(kMap, "fake").value(), "fake", {}, fake.connect(), 1,
                            150 * kMillisecond, "fake", 3};
  for (Point& point : setup.map.points) point.access = Access::read_write;
  const Point power = *setup.map.find("power"), voltage = *setup.map.find("voltage");
  const auto device = std::make_shared<Writing>(std::move(setup), bus, kClock);
  const auto refused = [&](const Point& point) {
    const auto written = device->write_value(point, 7.0);
    return !written && written.error().code == Errc::full;
  };
  for (int i = 0; i < 3; ++i) CHECK_FALSE(refused(power));
  CHECK(refused(power));
  CHECK_FALSE(refused(voltage));  // each point has its own
}

TEST_CASE("rows come whatever the device does, and hold its values or none") {
  // Every third request goes wrong, each time differently.
  ModbusFake fake(
      [](std::size_t n) {
        if (n % 3 != 0) return Misdeed::none;
        const auto misdeed = static_cast<Misdeed>((n / 3) % test::kMisdeeds);
        return misdeed == Misdeed::wrong_echo ? Misdeed::none : misdeed;
      },
      200, 20);
  ModbusBus bus(parse_connect(fake.connect("timeout=150ms")).value(), kClock);
  const auto device = device_on(bus, fake.connect());
  REQUIRE(device->identify(30 * kSecond));
  test::InstrumentLog log;
  device->start(0, log.sink());
  int rows = 0, wrong = 0;
  const auto count = [&](const Batch& batch) {
    ++rows;
    const bool good = batch.state(0, 0) == State::good;
    if (good ? batch.value(0, 0) != ModbusFake::content(100) : batch.value(0, 0) != 0.0) ++wrong;
    // 1403 V is outside what the map allows: an error each time, never passed on.
    if (batch.state(0, 1) == State::good || batch.value(0, 1) != 0.0) ++wrong;
    return rows == 6;
  };
  CHECK(log.row(count).rows() == 1);
  CHECK(wrong == 0);
  device->stop();
  log.forget();
  CHECK(device->status().state != State::good);
  CHECK_FALSE(device->status().reason.empty());
}
