// SPDX-License-Identifier: Apache-2.0
#include "rig/base/base64.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("Bytes come back from their text") {
  const std::pair<const char*, const char*> rfc[] = {{"", ""},         {"f", "Zg=="},
                                                     {"fo", "Zm8="},   {"foo", "Zm9v"},
                                                     {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : rfc) {
    CHECK(encode_base64(bytes) == text);
    CHECK(decode_base64(text) == bytes);
  }
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  CHECK(decode_base64(encode_base64(all)) == all);
}

TEST_CASE("What is not exactly that text is refused") {
  for (const char* text : {"Z", "Zg", "Zg=", "Zh==", "Zg==Zg==", "====", "Zm9\n", "Zm9v ", "Z*9v"}) {
    CAPTURE(text);
    CHECK_FALSE(decode_base64(text));
  }
}
