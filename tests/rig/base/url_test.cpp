// SPDX-License-Identifier: Apache-2.0
#include "rig/base/url.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("an address is taken apart") {
  const auto plain = parse_http_url("http://127.0.0.1:8080/base/").value();
  CHECK_FALSE(plain.tls);
  CHECK(plain.host == "127.0.0.1");
  CHECK(plain.port == "8080");
  CHECK(plain.path == "/base");
  const auto named = parse_http_url("https://engine.example").value();
  CHECK(named.tls);
  CHECK(named.port == "443");
  CHECK(named.path.empty());
  CHECK(named.authority() == "engine.example:443");
  const auto six = parse_http_url("http://[::1]:9931/v3").value();
  CHECK(six.host == "::1");
  CHECK(six.authority() == "[::1]:9931");
  CHECK(parse_http_url("http://[::1]").value().port == "80");
}

TEST_CASE("what is no address is refused, with the reason") {
  for (const char* text :
       {"", "127.0.0.1:8080", "ftp://host", "http://", "http://:80",
        "http://host:", "http://host:0", "http://host:65536", "http://host:80x",
        "http://user:secret@host", "http://host/?a=1", "http://host/a b", "http://host/\r\nX: y",
        "http://[::1", "http://[::1]x", "http://a/b#c", "http://ho\"st"}) {
    INFO(text);
    const auto url = parse_http_url(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().code == Errc::invalid);
    CHECK_FALSE(url.error().remedy.empty());
  }
  CHECK_FALSE(parse_http_url("http://host/" + std::string(2000, 'a')));
}
