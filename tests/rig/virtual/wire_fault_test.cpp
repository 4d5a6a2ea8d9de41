// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/wire_fault.hpp"

#include <map>

#include "rig/instruments/modbus_frame.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::virtual_bench;
using namespace soakrig::instruments;

namespace {

bool accepted(const RequestBody& request, Framing framing, const Bytes& frame) {
  return framing == Framing::tcp ? check_tcp_reply(request, 7, frame).has_value()
                                 : check_rtu_reply(request, frame).has_value();
}

}  // namespace

TEST_CASE("kinds have names, both ways") {
  for (int i = 0; i < kWireKinds; ++i) {
    const auto kind = static_cast<WireKind>(i);
    CHECK(parse_wire_kind(to_string(kind)) == kind);
  }
  CHECK_FALSE(parse_wire_kind("melt"));
}

TEST_CASE("what is spoilt is refused, what is only late or doubled is right in itself") {
  const auto read = request_body(ReadRequest{1, Area::holding, 2782, 2}).value();
  const auto write = request_body(WriteRequest{1, 2730, {62}, true}).value();
  const Bytes read_reply = {1, 3, 4, 0x12, 0x34, 0x56, 0x78};
  const Bytes write_reply = {1, 6, 0x0A, 0xAA, 0, 62};
  for (const Framing framing : {Framing::tcp, Framing::rtu}) {
    for (int i = 0; i < kWireKinds; ++i) {
      const auto kind = static_cast<WireKind>(i);
      for (const bool writes : {false, true}) {
        CAPTURE(static_cast<int>(framing), std::string(to_string(kind)), writes);
        const auto outputs =
            spoil({kind, kSecond, 6}, framing, 7, writes ? write_reply : read_reply);
        if (kind == WireKind::silent || kind == WireKind::late_write || kind == WireKind::close ||
            (kind == WireKind::wrong_value_echo && !writes)) {
          CHECK(outputs.empty());
          continue;
        }
        REQUIRE_FALSE(outputs.empty());
        Bytes all;
        for (const WireOutput& output : outputs) {
          all.insert(all.end(), output.bytes.begin(), output.bytes.end());
        }
        const bool right = kind == WireKind::none || kind == WireKind::late ||
                           kind == WireKind::drip || kind == WireKind::exception;
        CHECK(accepted(writes ? write : read, framing, all) == right);
        CHECK((outputs[0].after == kSecond) == (kind == WireKind::late));
      }
    }
  }
}
