// SPDX-License-Identifier: Apache-2.0
#include "results/store/sha256.hpp"

#include "tests/support/catch.hpp"

namespace soakrig::store {
namespace {

TEST_CASE("SHA-256 gives the digests of its standard") {
  // FIPS 180-4 examples: the empty text, one block, two blocks.
  CHECK(lower_hex(sha256("")) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(lower_hex(sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(lower_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("what is added in parts is hashed as a whole") {
  Sha256 hash;
  hash.add("a");
  hash.add("");
  hash.add("bc");
  CHECK(hash.finish() == sha256("abc"));
}

TEST_CASE("hex is SQLite's in upper case and sha256sum's in lower case") {
  std::string out = "x";
  append_hex(out, Bytes{0x00, 0xab, 0xff});
  CHECK(out == "x00ABFF");
  CHECK(lower_hex(Bytes{0x00, 0xab, 0xff}) == "00abff");
}

}  // namespace
}  // namespace soakrig::store
