// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/modbus_frame.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::instruments;
using Bytes = std::vector<std::uint8_t>;

namespace {

RequestBody read_two() { return request_body(ReadRequest{1, Area::holding, 2820, 2}).value(); }
RequestBody write_one() { return request_body(WriteRequest{1, 2730, {10}, true}).value(); }
RequestBody write_two() {
  return request_body(WriteRequest{1, 2782, {0x2000, 0x47F1}, false}).value();
}
// transaction 7, unit 1, two registers
const Bytes kGood = {0, 7, 0, 0, 0, 7, 1, 3, 4, 0x12, 0x34, 0x56, 0x78};

Result<Reply> check(const Bytes& frame) { return check_tcp_reply(read_two(), 7, frame); }
Bytes with(std::size_t at, std::uint8_t value) {
  Bytes frame = kGood;
  frame[at] = value;
  return frame;
}

}  // namespace

TEST_CASE("requests are spelt as the protocol says") {
  CHECK(read_two().bytes == Bytes{1, 3, 0x0B, 0x04, 0, 2});
  CHECK(request_body(ReadRequest{5, Area::input, 12, 2})->bytes == Bytes{5, 4, 0, 12, 0, 2});
  CHECK(write_one().bytes == Bytes{1, 6, 0x0A, 0xAA, 0, 10});
  CHECK(tcp_frame(read_two(), 0x1234) == Bytes{0x12, 0x34, 0, 0, 0, 6, 1, 3, 0x0B, 0x04, 0, 2});
  CHECK(write_two().bytes == Bytes{1, 16, 0x0A, 0xDE, 0, 2, 4, 0x20, 0, 0x47, 0xF1});
}

TEST_CASE("requests that the protocol does not allow are not made") {
  CHECK_FALSE(request_body(ReadRequest{0, Area::holding, 0, 1}));
  CHECK_FALSE(request_body(ReadRequest{248, Area::holding, 0, 1}));
  CHECK_FALSE(request_body(ReadRequest{1, Area::holding, 0, 0}));
  CHECK_FALSE(request_body(ReadRequest{1, Area::holding, 0, 126}));
  CHECK_FALSE(request_body(ReadRequest{1, Area::holding, 65535, 2}));
  CHECK_FALSE(request_body(WriteRequest{1, 0, {}, false}));
  CHECK_FALSE(request_body(WriteRequest{1, 0, {1, 2}, true}));
  CHECK_FALSE(request_body(WriteRequest{1, 0, std::vector<std::uint16_t>(124), false}));
  CHECK_FALSE(request_body(WriteRequest{1, 65535, {1, 2}, false}));
}

TEST_CASE("the reply to this request is taken") {
  const auto reply = check(kGood);
  REQUIRE(reply);
  CHECK(reply->exception == 0);
  CHECK(reply->words == std::vector<std::uint16_t>{0x1234, 0x5678});
}

TEST_CASE("every field that does not match makes the reply worthless") {
  for (const auto& [at, value] : std::vector<std::pair<std::size_t, std::uint8_t>>{
           {1, 6},  // transaction
           {0, 1},  // transaction, high byte
           {3, 7},  // protocol
           {5, 6},  // length
           {5, 8},  // length
           {6, 2},  // unit
           {7, 4},  // function
           {8, 2},  // byte count
       }) {
    const auto reply = check(with(at, value));
    REQUIRE_FALSE(reply);
    CHECK(reply.error().code == Errc::protocol);
  }
}

TEST_CASE("a reply that is cut or too long is refused at every length") {
  for (std::size_t size = 0; size < kGood.size(); ++size) {
    CHECK_FALSE(check(Bytes(kGood.begin(), kGood.begin() + static_cast<std::ptrdiff_t>(size))));
  }
  Bytes longer = kGood;
  longer.push_back(0);
  CHECK_FALSE(check(longer));
}

TEST_CASE("an exception is an answer") {
  const auto reply = check({0, 7, 0, 0, 0, 3, 1, 0x83, 2});
  REQUIRE(reply);
  CHECK(reply->exception == 2);
  CHECK_FALSE(check({0, 7, 0, 0, 0, 3, 1, 0x83, 0}));
  CHECK_FALSE(check({0, 7, 0, 0, 0, 3, 1, 0x84, 2}));
  CHECK(describe_exception(2).find("no such register") != std::string::npos);
  CHECK(describe_exception(99) == "exception 99");
}

TEST_CASE("the echo of a write must repeat it") {
  const auto one = [](const Bytes& body) { return check_reply_body(write_one(), body); };
  CHECK(one({1, 6, 0x0A, 0xAA, 0, 10}));
  CHECK_FALSE(one({1, 6, 0x0A, 0xAB, 0, 10}));  // another address
  CHECK_FALSE(one({1, 6, 0x0A, 0xAA, 0, 11}));  // another value
  CHECK_FALSE(one({1, 6, 0x0A, 0xAA, 0}));
  const auto two = [](const Bytes& body) { return check_reply_body(write_two(), body); };
  CHECK(two({1, 16, 0x0A, 0xDE, 0, 2}));
  CHECK_FALSE(two({1, 16, 0x0A, 0xDE, 0, 3}));
  CHECK_FALSE(two({1, 16, 0x0A, 0xDF, 0, 2}));
}

TEST_CASE("coils and bits have their own functions") {
  CHECK(request_body(ReadRequest{2, Area::coil, 0, 8}).value().bytes ==
        std::vector<std::uint8_t>{2, 1, 0, 0, 0, 8});
  CHECK(request_body(ReadRequest{2, Area::discrete, 3, 9}).value().bytes ==
        std::vector<std::uint8_t>{2, 2, 0, 3, 0, 9});
  CHECK_FALSE(request_body(ReadRequest{2, Area::coil, 0, 2001}));
  CHECK(request_body(WriteRequest{1, 0x0402, {50}, true, Area::coil}).value().bytes ==
        std::vector<std::uint8_t>{1, 5, 4, 2, 0, 50});
  CHECK(request_body(WriteRequest{1, 0, {1, 0, 1, 0, 0, 0, 0, 0, 1}, false, Area::coil})
            .value()
            .bytes == std::vector<std::uint8_t>{1, 15, 0, 0, 0, 9, 2, 5, 1});
  CHECK_FALSE(request_body(WriteRequest{1, 0, {1}, true, Area::input}));
  const auto request = request_body(ReadRequest{2, Area::coil, 0, 10}).value();
  CHECK(check_reply_body(request, std::vector<std::uint8_t>{2, 1, 2, 0x05, 0x02}).value().words ==
        std::vector<std::uint16_t>{1, 0, 1, 0, 0, 0, 0, 0, 0, 1});
  CHECK_FALSE(check_reply_body(request, std::vector<std::uint8_t>{2, 1, 1, 0x05}));
}

TEST_CASE("an RTU frame carries its checksum, low byte first, and is refused with a wrong one") {
  // The example of the standard (Modbus over serial line 1.02, appendix B): 02 07 gives 41 12.
  CHECK(crc16(std::vector<std::uint8_t>{0x02, 0x07}) == 0x1241);
  const auto request = request_body(ReadRequest{1, Area::holding, 2820, 1}).value();
  const auto frame = rtu_frame(request);
  REQUIRE(frame.size() == 8);
  CHECK(frame[6] == (crc16(request.bytes) & 0xFF));
  CHECK(frame[7] == crc16(request.bytes) >> 8);
  auto reply = rtu_frame({{1, 3, 2, 0x12, 0x34}});
  CHECK(check_rtu_reply(request, reply).value().words == std::vector<std::uint16_t>{0x1234});
  for (std::size_t at = 0; at < reply.size(); ++at) {  // each bit of each byte
    for (int bit = 0; bit < 8; ++bit) {
      auto flipped = reply;
      flipped[at] = static_cast<std::uint8_t>(flipped[at] ^ (1u << bit));
      CHECK_FALSE(check_rtu_reply(request, flipped));
    }
  }
  CHECK_FALSE(check_rtu_reply(request, std::vector<std::uint8_t>{1, 3}));
}
