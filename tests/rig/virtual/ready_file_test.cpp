// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/ready_file.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::virtual_bench;

TEST_CASE("the ready file goes both ways, with null for what is not there") {
  const BenchInfo info{this_process(), "/tmp/tree", "tcp://127.0.0.1:1?unit=1", std::nullopt,
                       std::nullopt};
  const std::string text = encode_ready(info);
  CHECK(text.find("\"relay\":null") != std::string::npos);
  const auto back = parse_ready(text, "r");
  REQUIRE(back);
  CHECK(back->process == info.process);
  CHECK(back->tree == "/tmp/tree");
  CHECK(back->chamber == info.chamber);
  CHECK_FALSE(back->meter);
}

TEST_CASE("devices are found by the part they play or by their map") {
  BenchInfo info{this_process(), "/tmp/tree", {}, {}, {}};
  info.devices = {{"meter", "pzem-016", "tcp://127.0.0.1:5?unit=1"},
                  {"device1", "binder-mb2", "tcp://127.0.0.1:6?unit=1"}};
  const auto back = parse_ready(encode_ready(info), "r");
  REQUIRE(back);
  REQUIRE(back->devices.size() == 2);
  CHECK(back->find("meter") == "tcp://127.0.0.1:5?unit=1");
  CHECK(back->find("binder-mb2") == "tcp://127.0.0.1:6?unit=1");
  CHECK_FALSE(back->find("chamber"));
}

TEST_CASE("what is no ready file is refused") {
  for (const char* text : {"", "[]", "{}", "{\"pid\":1,\"start_time\":1,\"tree\":\"/x\"}",
                           "{\"pid\":-1,\"start_time\":1,\"tree\":\"/x\"}",
                           "{\"pid\":77,\"start_time\":1,\"tree\":\"x\"}"}) {
    const auto bad = parse_ready(text, "file.json");
    REQUIRE_FALSE(bad);
    CHECK(bad.error().file == "file.json");
  }
}

TEST_CASE("the file of a bench that is gone says so") {
  const test::TempDir folder;
  BenchInfo info{this_process(), "/tmp/tree", {}, {}, {}};
  REQUIRE(write_ready_file(folder.file("r.json"), info));
  CHECK(read_ready_file(folder.file("r.json")));
  info.process.start_time += 1;  // the pid is somebody else's now
  REQUIRE(write_ready_file(folder.file("r.json"), info));
  CHECK(read_ready_file(folder.file("r.json")).error().code == Errc::not_found);
}
