// SPDX-License-Identifier: Apache-2.0
//
// Every map that comes with soakrig, served by the bench and read by the drivers, over every
// transport: what one side lays out, the other finds. The maps by name, so that none is forgotten:
// watlow-f4t.toml watlow-f4t-map2.toml watlow-f4.toml eurotherm-3200.toml binder-mb2.toml
// eastron-sdm120.toml eastron-sdm230.toml eastron-sdm630.toml pzem-016.toml pzem-017.toml
// waveshare-relay-8.toml lc-relay-8.toml wellpro-wp8025.toml r421a08.toml xy-md02.toml
#include "rig/virtual/device_rack.hpp"

#include <algorithm>

#include "rig/instruments/bus_session.hpp"
#include "rig/instruments/identify.hpp"
#include "rig/instruments/map_library.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/served_rack.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::virtual_bench;
using namespace soakrig::instruments;

namespace {

const SystemClock kClock;

BenchOptions all_maps(Transport transport) {
  BenchOptions options;
  options.transport = transport;
  options.devices = map_names();
  return options;
}

ReadFunction reader(BusSession& session) {
  return [&session](const ReadRequest& request) {
    return session.read(request, kClock.boot_ns() + 20 * kSecond);
  };
}

double read_value(BusSession& session, const RegisterMap& map, std::uint8_t unit,
                  const std::string& name) {
  const Point& point = *map.find(name);
  const auto reply = session.read(read_request(point, unit), kClock.boot_ns() + 20 * kSecond);
  if (!reply) FAIL(reply.error().message());
  REQUIRE(reply->exception == 0);
  return read_point(point, reply->words, point.address).value();
}

}  // namespace

TEST_CASE("every map is served, identified as virtual and read right, over every transport") {
  REQUIRE(map_names().size() >= 15);
  for (const Transport transport : {Transport::tcp, Transport::rtu, Transport::rtu_tcp}) {
    const test::TempDir folder;
    const test::ServedRack served(all_maps(transport), folder.path());
    std::unique_ptr<BusSession> shared;
    for (const BenchDevice& device : served.info().devices) {
      CAPTURE(device.connect, device.map);
      auto connect = parse_connect(device.connect).value();
      connect.quiet = 10 * kMillisecond;
      if (!shared || transport == Transport::tcp) {
        shared = std::make_unique<BusSession>(connect, kClock);
      }
      RegisterMap map = load_register_map(device.map).value();
      const auto found = identify_device(map, connect.unit, reader(*shared));
      if (!found) FAIL(found.error().message());
      CHECK(found->identity.is_virtual);
      apply_identity(map, *found);
      if (map.kind == MapKind::meter) {
        CHECK(read_value(*shared, map, connect.unit, "power") == Approx(42.0).margin(0.1));
        CHECK(read_value(*shared, map, connect.unit, "energy") == Approx(42.0).margin(3600.0));
      } else if (map.kind == MapKind::relay) {
        const Point& first = *map.find("switch1");
        const double on = first.type == PointType::bit ? 1.0 : first.codes.at("on");
        CHECK(read_value(*shared, map, connect.unit, "switch1") == on);
      } else {
        CHECK(read_value(*shared, map, connect.unit, "temperature") == Approx(23.0).margin(0.11));
      }
      if (map.kind != MapKind::chamber) continue;
      const auto write = write_request(map, *map.find("set_point"), connect.unit, -12.5).value();
      const auto written = shared->write(write, kClock.boot_ns() + 20 * kSecond);
      REQUIRE(written);
      CHECK(written->exception == 0);
      CHECK(read_value(*shared, map, connect.unit, "set_point") == -12.5);
      const auto beyond = write_request(map, *map.find("set_point"), connect.unit, 1000.0);
      REQUIRE_FALSE(beyond);
      CHECK(beyond.error().code == Errc::invalid);
    }
  }
}

TEST_CASE("a controller that answers with another model's registers is refused") {
  const test::TempDir folder;
  BenchOptions options;
  options.devices = {"watlow-f4t-map2", "binder-mb2", "eastron-sdm630", "eurotherm-3200"};
  const test::ServedRack served(options, folder.path());
  for (const BenchDevice& device : served.info().devices) {
    const auto connect = parse_connect(device.connect).value();
    BusSession session(connect, kClock);
    for (const char* name : {"watlow-f4t", "watlow-f4t-map2", "binder-mb2", "eurotherm-3200"}) {
      CAPTURE(device.map, name);
      const RegisterMap map = load_register_map(name).value();
      const auto found = identify_device(map, 1, reader(session));
      CHECK(found.has_value() == (device.map == name));
      if (!found) CHECK(found.error().code == Errc::unsupported);
    }
  }
}

TEST_CASE("a map of the wrong kind, or one that cannot say that it is virtual, is refused") {
  const test::TempDir folder;
  BenchOptions options;
  options.meter_map = "watlow-f4t";
  CHECK(DeviceRack::create(options, folder.path()).error().what.find("not of a meter") !=
        std::string::npos);
}

TEST_CASE("the relay's first switch feeds the board") {
  const test::TempDir folder;
  BenchOptions options;
  auto rack = DeviceRack::create(options, folder.path()).value();
  CHECK(rack->powered());
}
