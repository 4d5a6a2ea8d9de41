// SPDX-License-Identifier: Apache-2.0
#include "rig/base/client_place.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("a client is on the rig where its command line says so and the board is elsewhere") {
  WorkloadSpec chat;
  chat.kind = "openai";
  chat.argv = {"soakrig-work", "openai", "--client=rig"};
  BoardSpec here, there;
  there.connect = "ssh://pi@edge:2222";
  CHECK(asks_from_rig(chat));
  CHECK(asks_from_rig(chat, there));
  CHECK_FALSE(asks_from_rig(chat, here));
  chat.argv.back() = "--client=board";
  CHECK_FALSE(asks_from_rig(chat, there));
  chat.argv.back() = "--client=rig";
  chat.kind = "program";  // its arguments are its own
  CHECK_FALSE(asks_from_rig(chat, there));
  chat.kind = "quality";
  chat.argv = {"soakrig", "quality"};
  CHECK(asks_from_rig(chat, there));
  CHECK_FALSE(asks_from_rig(chat, here));
}

TEST_CASE("who asks an engine behind an address names its model, and brings no file") {
  WorkloadSpec workload;
  for (const char* kind : {"openai", "quality"}) {
    workload.kind = kind;
    CHECK(asks_engine(workload));
  }
  workload.kind = "llm";
  CHECK_FALSE(asks_engine(workload));
}

TEST_CASE("the board's host is filled into an engine's address") {
  CHECK(with_board_host("http://{board}:8080/v1", "edge.lab") == "http://edge.lab:8080/v1");
  CHECK(with_board_host("http://{board}:8080", "fe80::1") == "http://[fe80::1]:8080");
  CHECK(with_board_host("http://10.0.0.7:8080", "edge") == "http://10.0.0.7:8080");
}
