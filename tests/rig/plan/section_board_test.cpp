// SPDX-License-Identifier: Apache-2.0
//
// [[board]], its limits and claims (rig/plan/section_board.cpp).
#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::fault;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read_with;

TEST_CASE("a board is read with its limits and claims") {
  const auto p = read_with(
      "[[board]]\nname = \"edge-1\"\nsysroot = \"virtual\"\ngroup = \"Line_3\"\n"
      "limits = { \"soc.temperature\" = { max = 105.0, action = \"stop\" }, \"board.power\" = { "
      "min = 1 } }\n"
      "[[board.claim]]\nname = \"tokens_per_s\"\nvalue = 25\ndevice = \"gpu\"\nprecision = "
      "\"int4\"\n"
      "density = \"dense\"\npower_mode = \"MAXN\"\nmodel = \"m\"\nworkload = \"chat\"\nambient = "
      "25.0\n"
      "source = \"p. 3\"\n");
  INFO(messages(p));
  REQUIRE(p.ok());
  REQUIRE(p.spec.boards.size() == 1);
  const BoardSpec& board = p.spec.boards[0];
  CHECK(board.name == "edge-1");
  CHECK(board.sysroot == "virtual");
  CHECK(board.group == "Line_3");
  REQUIRE(board.limits.size() == 2);
  CHECK(board.limits[0].channel == "soc.temperature");
  CHECK(board.limits[0].max == 105.0);
  CHECK(!board.limits[0].min);
  CHECK(board.limits[0].action == LimitAction::stop);
  CHECK(board.limits[1].min == 1.0);
  CHECK(board.limits[1].action == LimitAction::warn);
  REQUIRE(board.claims.size() == 1);
  const Claim& claim = board.claims[0];
  CHECK(claim.name == "tokens_per_s");
  CHECK(claim.value == 25.0);
  CHECK(claim.device == "gpu");
  CHECK(claim.precision == "int4");
  CHECK(claim.density == "dense");
  CHECK(claim.power_mode == "MAXN");
  CHECK(claim.model == "m");
  CHECK(claim.workload == "chat");
  CHECK(claim.ambient == 25.0);
  CHECK(claim.source == "p. 3");
}

TEST_CASE("the sysroot is virtual, a bench's file, or a folder seen from the profile") {
  const auto sysroot = [](const std::string& text) {
    return read_with("[[board]]\nsysroot = \"" + text + "\"\n").spec.boards[0].sysroot;
  };
  CHECK(sysroot("virtual") == "virtual");
  CHECK(sysroot("virtual:bench.json") == "virtual:dir/bench.json");
  CHECK(sysroot("tree") == "dir/tree");
  CHECK(sysroot("/") == "");
}

TEST_CASE("a board is this machine or an address behind ssh") {
  const auto p = read_with(
      "[[board]]\nconnect = \"ssh://root@edge:2222\"\nsysroot = \"/mnt/root\"\n");
  CHECK(p.faults.empty());
  CHECK(p.spec.boards[0].connect == "ssh://root@edge:2222");
  CHECK(p.spec.boards[0].sysroot == "/mnt/root");
  CHECK(fault("[[board]]\nconnect = \"ssh://root:secret@edge\"\n") ==
        "[[board]] local connect 'ssh://root:secret@edge': the user in a board's address has "
        "letters, digits and ._- only; a password has no place there");
  CHECK(fault("[[board]]\nconnect = \"ssh://-oProxyCommand=x\"\n") != "");
  CHECK(fault("[[board]]\nconnect = \"telnet\"\n") ==
        "[[board]] local connect 'telnet' is no way to a board");
  CHECK(fault("[[board]]\nconnect = \"ssh://edge\"\nsysroot = \"virtual\"\n") ==
        "[[board]] local sysroot 'virtual' is none for a board behind ssh");
}

TEST_CASE("a console is a serial port, of one board alone") {
  const auto p = read_with("[[board]]\nconsole = \"/dev/serial/by-id/usb-1?baud=9600\"\n");
  CHECK(p.faults.empty());
  CHECK(p.spec.boards[0].console == "/dev/serial/by-id/usb-1?baud=9600");
  CHECK(fault("[[board]]\nconsole = \"ttyUSB0\"\n") ==
        "[[board]] local console 'ttyUSB0': a console is a device by its absolute path");
  CHECK(fault("[[board]]\nconsole = \"\"\n") != "");
  CHECK(fault("[[board]]\nname = \"a\"\nconsole = \"/dev/ttyUSB0\"\n[[board]]\nname = \"b\"\n"
              "connect = \"ssh://b\"\nconsole = \"/dev/ttyUSB0?baud=9600\"\n") ==
        "boards 'a' and 'b' have the same console");
}

TEST_CASE("a board listed twice is a fault, by name or by machine") {
  CHECK(fault("[[board]]\nname = \"a\"\n[[board]]\nname = \"a\"\nsysroot = \"virtual\"\n") ==
        "two boards are called 'a' (the other is in line 9)");
  CHECK(fault("[[board]]\nname = \"a\"\n[[board]]\nname = \"b\"\n") ==
        "board 'b' is the same machine as board 'a' (line 9)");
  CHECK(fault("[[board]]\nname = \"a\"\nsysroot = \"t\"\n[[board]]\nname = \"b\"\nsysroot = "
              "\"./t\"\n") == "board 'b' is the same machine as board 'a' (line 9)");
  CHECK(fault("[[board]]\nname = \"a\"\n[[board]]\nname = \"b\"\nsysroot = \"virtual\"\n") == "");
  CHECK(fault("[[board]]\nname = \"a\"\n[[board]]\nsysroot = \"virtual\"\n") ==
        "a [[board]] has no 'name'");
}

TEST_CASE("a limit needs a bound and a channel in quotes") {
  const std::string head = "[[board]]\n";
  CHECK(fault(head + "limits = { \"soc.temperature\" = { max = 90 } }\n") == "");
  CHECK(fault(head + "limits = { \"soc.temperature\" = { action = \"stop\" } }\n") ==
        "[[board]] local limit on 'soc.temperature' has neither min nor max");
  CHECK(fault(head + "limits = { \"soc.temperature\" = { min = 90, max = 80 } }\n") ==
        "[[board]] local limit on 'soc.temperature' has a min that is not below its max");
  CHECK(fault(head + "limits = { \"soc.temperature\" = 90 }\n") ==
        "[[board]] local limit on 'soc.temperature' is a bare number");
  CHECK(fault(head + "limits = { soc.temperature = { max = 90 } }\n") ==
        "[[board]] local limit on 'soc': a channel's name has dots, which TOML takes for tables");
  CHECK(fault(head + "limits = { \"Soc Temp\" = { max = 90 } }\n") ==
        "[[board]] local limit on 'Soc Temp': that is no channel name");
  CHECK(fault(head + "limits = { \"soc.temperature\" = { max = \"90C\" } }\n") != "");
  CHECK(fault(head + "limits = { \"soc.temperature\" = { max = 90, action = \"explode\" } }\n") ==
        "[[board]] local limit on 'soc.temperature' action cannot be 'explode'");
}

TEST_CASE("claims have known names, a figure, and a workload that exists") {
  const std::string head = "[[board]]\n[[board.claim]]\n";
  CHECK(fault(head + "name = \"power_w\"\nvalue = 15\n") == "");
  const auto p = read_with(head + "name = \"token_per_s\"\nvalue = 15\n");
  REQUIRE(p.faults.size() == 1);
  CHECK(p.faults[0].remedy == "did you mean 'tokens_per_s'?");
  CHECK(fault(head + "name = \"power_w\"\n") == "[[board.claim]] of local has no 'value'");
  CHECK(fault(head + "value = 3\n") == "[[board.claim]] of local has no 'name'");
  CHECK(fault(head + "name = \"power_w\"\nvalue = 0\n") ==
        "[[board.claim]] of local value is not above zero");
  CHECK(fault(head + "name = \"ambient_max\"\nvalue = -10\n") == "");
  CHECK(fault(head + "name = \"power_w\"\nvalue = 1\nworkload = \"chatt\"\n") ==
        "[[board.claim]] of local names workload 'chatt', which is not defined");
  CHECK(fault(head + "name = \"power_w\"\nvalue = 1\nprecision = \"int3\"\n") != "");
  CHECK(fault(head +
              "name = \"power_w\"\nvalue = 1\n[[board.claim]]\nname = \"power_w\"\nvalue = 2\n") ==
        "board 'local' claims power_w twice under the same conditions (first in line 10)");
  CHECK(fault(head +
              "name = \"power_w\"\nvalue = 1\n[[board.claim]]\nname = \"power_w\"\nvalue = 2\n"
              "ambient = 55\n") == "");
}

TEST_CASE("boards and claims are bounded") {
  std::string boards, claims = "[[board]]\n";
  for (std::size_t i = 0; i <= kMaxBoards; ++i) boards += "[[board]]\n";
  for (std::size_t i = 0; i <= kMaxClaims; ++i) claims += "[[board.claim]]\n";
  CHECK(messages(read_with(boards)).find("more than 256 boards") != std::string::npos);
  CHECK(messages(read_with(claims)).find("more than 256 claims") != std::string::npos);
}
