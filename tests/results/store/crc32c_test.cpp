// SPDX-License-Identifier: Apache-2.0
#include "results/store/crc32c.hpp"

#include <random>
#include <string_view>
#include <vector>

#include "tests/support/catch.hpp"

namespace soakrig::store {
namespace {

std::vector<std::uint8_t> bytes(std::string_view text) { return {text.begin(), text.end()}; }

TEST_CASE("the check values of RFC 3720 come out") {
  CHECK(crc32c({}) == 0);
  CHECK(crc32c(bytes("123456789")) == 0xe3069283u);
  CHECK(crc32c(std::vector<std::uint8_t>(32, 0x00)) == 0x8a9136aau);
  CHECK(crc32c(std::vector<std::uint8_t>(32, 0xff)) == 0x62a8ab43u);
  CHECK(crc32c_table(bytes("123456789")) == 0xe3069283u);
}

TEST_CASE("instruction and table agree at every length and offset") {
  std::mt19937 random(7);
  std::vector<std::uint8_t> data(300);
  for (auto& byte : data) byte = static_cast<std::uint8_t>(random());
  const std::span<const std::uint8_t> all(data);
  for (std::size_t offset = 0; offset < 9; ++offset) {
    for (std::size_t length = 0; length + offset <= all.size(); ++length) {
      const auto part = all.subspan(offset, length);
      REQUIRE(crc32c(part, 5) == crc32c_table(part, 5));
    }
  }
}

TEST_CASE("a checksum goes on where another ended") {
  const auto whole = bytes("soak rig");
  const std::span<const std::uint8_t> all(whole);
  CHECK(crc32c(all.subspan(3), crc32c(all.first(3))) == crc32c(all));
  CHECK(crc32c(all.first(7)) != crc32c(all));
}

}  // namespace
}  // namespace soakrig::store
