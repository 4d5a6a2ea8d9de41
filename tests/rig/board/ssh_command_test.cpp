// SPDX-License-Identifier: Apache-2.0
#include "rig/board/ssh_command.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstdlib>

#include "rig/board/child_process.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::board;

namespace {

std::string said_by(const std::vector<std::string>& argv) {
  boost::asio::io_context io;
  std::string out;
  const auto child = ChildProcess::start(
      io, argv, {[&](std::string_view bytes) { out += bytes; }, {}});
  REQUIRE(child);
  io.run();
  return out;
}

bool has(const std::vector<std::string>& argv, const std::string& word) {
  return std::ranges::find(argv, word) != argv.end();
}

}  // namespace

TEST_CASE("A shell reads every word back as it was") {
  const std::vector<std::string> hostile = {
      "plain",   "",        "two words", "it's",  "\"x\"", "$HOME",  "`id`",     "$(id)",
      "a;b",     "a&b",     "a|b",       "a>b",   "*",     "?",      "~",        "#x",
      "-n",      "!!",      "{a,b}",     "a\\b",  "''",    "'\"'\"'", "ünïcode", "[a-z]"};
  std::vector<std::string> argv = {"printf", "%s|"};
  argv.insert(argv.end(), hostile.begin(), hostile.end());
  std::string expected;
  for (const std::string& word : hostile) expected += word + "|";
  CHECK(said_by({"/bin/sh", "-c", remote_command(argv).value()}) == expected);
}

TEST_CASE("A word with a control character never gets to a shell") {
  CHECK_FALSE(quote_word("a\nreboot"));
  CHECK_FALSE(quote_word(std::string("a\0b", 3)));
  CHECK_FALSE(remote_command({"agent", "\x1b[2J"}));
}

TEST_CASE("ssh asks for nothing, lends nothing, and takes no other's connection") {
  const auto argv = ssh_argv(parse_board_address("ssh://soak@edge:2222").value(), "exec true");
  CHECK(argv.front() == "ssh");
  for (const char* word : {"BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=5",
                           "ClearAllForwardings=yes", "ControlMaster=no", "-T", "-a", "-x"}) {
    CAPTURE(word);
    CHECK(has(argv, word));
  }
  const std::vector<std::string> tail(argv.end() - 7, argv.end());
  CHECK(tail ==
        std::vector<std::string>{"-p", "2222", "-l", "soak", "--", "edge", "exec true"});
  CHECK_FALSE(has(ssh_argv(parse_board_address("ssh://edge").value(), "x"), "-p"));
}

TEST_CASE("What ssh says becomes one line with a remedy") {
  const auto address = parse_board_address("ssh://soak@edge:2222").value();
  const auto message = [&](const char* said) { return ssh_error(address, said).message(); };
  CHECK(message("Host key verification failed.\r\n").find("ssh -p 2222 soak@edge") !=
        std::string::npos);
  CHECK(message("@@@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n@@@@\n"
                "Host key verification failed.\n").find("another host key") != std::string::npos);
  CHECK(message("soak@edge: Permission denied (publickey).").find("ssh-copy-id") !=
        std::string::npos);
  CHECK(message("").find("no reason given") != std::string::npos);
  const std::string cleaned = message("\x1b]0;owned\x07 ssh: connect: refused\n\n");
  CHECK(cleaned.find('\x1b') == std::string::npos);
  CHECK(cleaned.find("refused") != std::string::npos);
  CHECK(message(std::string(100000, 'x').c_str()).size() < 1000);
}

TEST_CASE("ssh is asked where an alias leads, and only its host name is taken") {
  const auto address = parse_board_address("ssh://pi@edge:2222").value();
  const auto argv = ssh_look_up_argv(address);
  CHECK(argv[0] == "ssh");
  CHECK(argv[1] == "-G");
  CHECK(host_in("user pi\nhostname 10.0.0.7\nport 2222\nhostname 10.0.0.8\n") == "10.0.0.7");
  CHECK(host_in("hostname last") == "last");
  CHECK(host_in("user pi\nthe hostname x\n").empty());
  CHECK(host_in("").empty());
}
