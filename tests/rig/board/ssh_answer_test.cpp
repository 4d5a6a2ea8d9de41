// SPDX-License-Identifier: Apache-2.0
#include "rig/board/ssh_answer.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::board;

TEST_CASE("how ssh ended says whether somebody is there") {
  CHECK(ssh_answer(0, false, "") == SshAnswer::works);
  CHECK(ssh_answer(127, false, "sh: not found") == SshAnswer::works);  // a shell said so
  CHECK(ssh_answer(255, false, "ssh: connect to host x port 22: Connection refused") == SshAnswer::refuses);
  CHECK(ssh_answer(255, false, "kex_exchange_identification: Connection closed by remote host") ==
        SshAnswer::refuses);
  CHECK(ssh_answer(255, false, "u@x: Permission denied (publickey).") == SshAnswer::refuses);
  CHECK(ssh_answer(255, false, "Connection timed out during banner exchange") == SshAnswer::silent);
  CHECK(ssh_answer(255, false, "ssh: connect to host x port 22: No route to host") == SshAnswer::silent);
  CHECK(ssh_answer(0, true, "") == SshAnswer::silent);
  CHECK(last_line("one\ntwo\x1b[31m\n\n") == "two[31m");
  CHECK(last_line("").empty());
}

TEST_CASE("a ping tells something only of a host that is the board itself") {
  CHECK(*ping_target("user soak\nhostname orin.lab\nport 22\n") == "orin.lab");
  CHECK(*ping_target("hostname fe80::1%eth0\nproxyjump none\n") == "fe80::1%eth0");
  CHECK(ping_target("hostname 127.0.0.1\n").error().what.find("always answers") != std::string::npos);
  CHECK_FALSE(ping_target("hostname localhost\n"));
  CHECK(ping_target("hostname orin\nproxyjump gate\n").error().what.find("another host") != std::string::npos);
  CHECK_FALSE(ping_target("hostname orin\nproxycommand nc %h %p\n"));
  CHECK_FALSE(ping_target("hostname -f\n"));
  CHECK_FALSE(ping_target("hostname a b\n"));
  CHECK_FALSE(ping_target(""));
}
