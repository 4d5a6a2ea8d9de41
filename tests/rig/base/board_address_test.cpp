// SPDX-License-Identifier: Apache-2.0
#include "rig/base/board_address.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("A board's address has a host, and what else is needed") {
  const auto all = parse_board_address("ssh://soak@bench-7.lab:2222/var/tmp/soakrig").value();
  CHECK(all.user == "soak");
  CHECK(all.host == "bench-7.lab");
  CHECK(all.port == 2222);
  CHECK(all.folder == "/var/tmp/soakrig");
  CHECK(all.text() == "soak@bench-7.lab:2222");
  const auto alias = parse_board_address("ssh://edge").value();
  CHECK(alias.user.empty());
  CHECK(alias.port == 0);
  CHECK(alias.folder.empty());
  CHECK(alias.text() == "edge");
  const auto six = parse_board_address("ssh://root@[fe80::1]:22").value();
  CHECK(six.host == "fe80::1");
  CHECK(six.text() == "root@[fe80::1]:22");
}

TEST_CASE("What a shell or ssh could take for something else is no address") {
  for (const char* text :
       {"", "edge", "http://edge", "ssh://", "ssh://@edge", "ssh://-oProxyCommand=x", "ssh://u@-x",
        "ssh://-l@edge", "ssh://me:secret@edge", "ssh://a b", "ssh://a;reboot", "ssh://$(id)",
        "ssh://a`id`", "ssh://a'b", "ssh://edge:", "ssh://edge:0", "ssh://edge:65536",
        "ssh://edge:22x", "ssh://edge:-1", "ssh://edge: 22", "ssh://[::1", "ssh://[edge]",
        "ssh://[::1]22", "ssh://edge/", "ssh://edge/a b", "ssh://edge/../etc", "ssh://edge/a/..",
        "ssh://edge/$HOME", "ssh://edge/a'b", "ssh://a@b@c", "ssh://edge\nx"}) {
    CAPTURE(text);
    const auto parsed = parse_board_address(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Errc::invalid);
    CHECK_FALSE(parsed.error().remedy.empty());
  }
  CHECK_FALSE(parse_board_address("ssh://" + std::string(254, 'a')));
}
