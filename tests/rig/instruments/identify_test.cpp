// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/identify.hpp"

#include <map>

#include "rig/instruments/map_library.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::instruments;

namespace {

// A device as registers; absent ones answer exception 2.
struct FakeDevice {
  std::map<std::uint16_t, std::uint16_t> registers;
  std::vector<std::uint16_t> asked;

  void put(std::uint16_t address, const std::vector<std::uint16_t>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      registers[static_cast<std::uint16_t>(address + i)] = words[i];
    }
  }
  ReadFunction reader() {
    return [this](const ReadRequest& request) -> Result<Reply> {
      asked.push_back(request.address);
      Reply reply;
      for (std::uint32_t a = request.address; a < request.address + std::uint32_t{request.count};
           ++a) {
        const auto found = registers.find(static_cast<std::uint16_t>(a));
        if (found == registers.end()) {
          reply.words.clear();
          reply.exception = 2;
          return reply;
        }
        reply.words.push_back(found->second);
      }
      return reply;
    };
  }
};

RegisterMap f4t() { return load_register_map("watlow-f4t").value(); }

FakeDevice watlow(const std::string& part, WordOrder order) {
  FakeDevice device;
  device.put(12, split_words(4711, order).front() == 0 ? std::vector<std::uint16_t>{0, 4711}
                                                       : std::vector<std::uint16_t>{4711, 0});
  device.put(16, encode_text(part, 1, 15));
  device.put(1328, {15});
  device.put(1334, encode_number(PointType::f32, order, 80.0).value());
  return device;
}

}  // namespace

TEST_CASE("a device of the map is identified, with its serial number") {
  auto device = watlow("F4T1L1EAA1D1AAA", WordOrder::cdab);
  const auto found = identify_device(f4t(), 1, device.reader());
  REQUIRE(found);
  CHECK(found->identity.part_number == "F4T1L1EAA1D1AAA");
  CHECK(found->identity.serial == "4711");
  CHECK_FALSE(found->identity.is_virtual);
  CHECK(found->order == WordOrder::cdab);
}

TEST_CASE("the virtual bench's part number, and only it, makes a device virtual") {
  auto device = watlow("SOAKRIG-VIRTUAL", WordOrder::cdab);
  CHECK(identify_device(f4t(), 1, device.reader())->identity.is_virtual);
  auto near = watlow("SOAKRIG-VIRTUA", WordOrder::cdab);
  CHECK(identify_device(f4t(), 1, near.reader()).error().code == Errc::unsupported);
}

TEST_CASE("a word order other than the map's is found and applied") {
  auto device = watlow("F4T1", WordOrder::abcd);
  auto map = f4t();
  const auto found = identify_device(map, 1, device.reader());
  REQUIRE(found);
  CHECK(found->order == WordOrder::abcd);
  apply_identity(map, *found);
  CHECK(map.find("set_point")->order == WordOrder::abcd);
}

TEST_CASE("a word order that does not show is refused") {
  const auto map = f4t();
  const Point& probe = *map.find("alarm1_high");
  const auto order = [&](std::uint16_t a, std::uint16_t b) {
    const std::vector<std::uint16_t> words = {a, b};
    return probe_word_order(probe, words);
  };
  CHECK(order(0x0000, 0x42A0).value() == WordOrder::cdab);
  CHECK(order(0x42A0, 0x0000).value() == WordOrder::abcd);
  CHECK(order(0x42A0, 0x4120).error().code == Errc::protocol);  // 80.1 and 10.0
  CHECK(order(0, 0).error().code == Errc::protocol);
  CHECK(order(0x7FC0, 0x7FC0).error().code == Errc::protocol);
}

TEST_CASE(
    "another device, other units or no such register: refused before anything else is asked") {
  auto other = watlow("EZ-ZONE PM", WordOrder::cdab);
  const auto refused = identify_device(f4t(), 1, other.reader());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unsupported);
  CHECK(refused.error().what.find("EZ-ZONE PM") != std::string::npos);
  CHECK(other.asked == std::vector<std::uint16_t>{16});

  auto fahrenheit = watlow("F4T1", WordOrder::cdab);
  fahrenheit.put(1328, {30});
  const auto units = identify_device(f4t(), 1, fahrenheit.reader());
  REQUIRE_FALSE(units);
  CHECK(units.error().what.find("Celsius") != std::string::npos);

  FakeDevice empty;
  CHECK(identify_device(f4t(), 1, empty.reader()).error().code == Errc::unsupported);
}

TEST_CASE("a meter that has no identification is taken unidentified, never as virtual") {
  const auto map = load_register_map("eastron-sdm120").value();
  FakeDevice plain;
  const auto found = identify_device(map, 1, plain.reader());
  REQUIRE(found);
  CHECK(found->identity.part_number.empty());
  CHECK_FALSE(found->identity.is_virtual);
  FakeDevice bench;
  bench.put(64512, {0, 1, 21330});
  CHECK(identify_device(map, 1, bench.reader())->identity.is_virtual);
}

TEST_CASE("a bus that fails is not a refusal") {
  const auto dead = [](const ReadRequest&) -> Result<Reply> {
    return Error{Errc::timeout, "no reply"};
  };
  CHECK(identify_device(f4t(), 1, dead).error().code == Errc::timeout);
  const auto busy = [](const ReadRequest&) -> Result<Reply> { return Reply{6, {}, 0}; };
  CHECK(identify_device(f4t(), 1, busy).error().code == Errc::busy);
}

TEST_CASE(
    "decimals are read before a set point is believed, and a nonsense number of them refused") {
  const RegisterMap f4 = load_register_map("watlow-f4").value();
  FakeDevice device;
  device.put(0, {5271});
  device.put(101, {0});
  device.put(606, {2});
  device.put(901, {1});
  const auto found = identify_device(f4, 1, device.reader());
  REQUIRE(found);
  RegisterMap map = f4;
  apply_identity(map, *found);
  // 85 Cel with two decimals: the incumbent's wrong scale would have written 8.5 or 850.
  CHECK(point_words(*map.find("set_point"), 85.0).value() == std::vector<std::uint16_t>{8500});
  // No humidity on this one: absent, not scaled by chance.
  CHECK_FALSE(point_words(*map.find("humidity_set_point"), 50.0));
  device.put(606, {37});
  CHECK(identify_device(f4, 1, device.reader()).error().code == Errc::unsupported);
  device.put(606, {2});
  device.put(901, {0});
  CHECK(identify_device(f4, 1, device.reader()).error().what.find("Celsius") != std::string::npos);
  device.put(901, {1});
  device.put(0, {1234});
  CHECK(identify_device(f4, 1, device.reader()).error().what.find("1234") != std::string::npos);
}

TEST_CASE("a device without a name is proven by what it shows twice") {
  const RegisterMap binder = load_register_map("binder-mb2").value();
  const auto cdab = [](double value) {
    return encode_number(PointType::f32, WordOrder::cdab, value).value();
  };
  FakeDevice device;
  device.put(0x1004, cdab(23.1));
  device.put(0x10D2, cdab(23.2));
  device.put(0x10B2, cdab(40.0));
  const auto found = identify_device(binder, 1, device.reader());
  REQUIRE(found);
  CHECK(found->order == WordOrder::cdab);
  CHECK_FALSE(found->identity.is_virtual);
  device.put(0x10D2, cdab(61.0));
  CHECK(identify_device(binder, 1, device.reader()).error().code == Errc::unsupported);
  device.put(0x10D2, cdab(23.2));
  device.put(0x10B2, {0, 0});  // a set point of 0 Cel shows no order: the temperatures do
  CHECK(identify_device(binder, 1, device.reader())->order == WordOrder::cdab);
}

TEST_CASE("a device that meets an unknown register with silence is not taken for dead") {
  const RegisterMap pzem = load_register_map("pzem-016").value();
  const auto silent_but = [](std::uint16_t known) {
    return [known](const ReadRequest& request) -> Result<Reply> {
      if (request.address == known && request.area == Area::input) {
        return Reply{0, std::vector<std::uint16_t>(request.count, 0), 0};
      }
      return Error{Errc::timeout, "no reply"};
    };
  };
  CHECK_FALSE(identify_device(pzem, 1, silent_but(0))->identity.is_virtual);
  CHECK(identify_device(pzem, 1, silent_but(9999)).error().code == Errc::timeout);
}
