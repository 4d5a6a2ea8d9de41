// SPDX-License-Identifier: Apache-2.0
#include "rig/control/board_link.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

struct Fixture {
  boost::asio::io_context io;
  SystemClock clock;
  int opened = 0;
  std::string heard;
  std::vector<std::string> downs;
  BoardLink link{io, clock,
                 {.on_bytes = [this](std::string_view bytes) { heard += bytes; },
                  .on_open = [this] { ++opened; },
                  .on_down = [this](const std::string& why) { downs.push_back(why); }}};

  template <class Done>
  bool until(Done done, Nanos limit = 10 * kSecond) {
    const Nanos end = clock.boot_ns() + limit;
    while (!done() && clock.boot_ns() < end) {
      io.restart();
      io.run_one_for(std::chrono::milliseconds(20));
      link.tick();
    }
    return done();
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "A link that ends is opened again, and says so each time") {
  REQUIRE(link.start({"/bin/sh", "-c", "read -r line; echo \"$line\"; exit 3"}, true));
  CHECK(opened == 1);
  CHECK(link.write("one\n"));
  REQUIRE(until([&] { return opened == 2; }));
  CHECK(heard == "one\n");
  CHECK(downs == std::vector<std::string>{"exit code 3"});
  CHECK(link.write("two\n"));
  REQUIRE(until([&] { return opened == 3; }));
  CHECK(heard == "one\ntwo\n");
  link.cut();
  REQUIRE(until([&] { return downs.size() == 3; }));
  CHECK(downs.back() == "signal 9");
  link.close();
  CHECK_FALSE(until([&] { return opened == 4; }, kSecond));
  CHECK_FALSE(link.open());
  CHECK_FALSE(link.write("three\n"));
}

TEST_CASE_METHOD(Fixture, "A link that ends with its agent stays down") {
  REQUIRE(link.start({"/bin/sh", "-c", "exit 0"}, false));
  REQUIRE(until([&] { return downs.size() == 1; }));
  CHECK_FALSE(link.open());
  link.tick();
  CHECK(opened == 1);
}

TEST_CASE_METHOD(Fixture, "What cannot be started is an error at once") {
  const auto started = link.start({"/no/such/agent"}, true);
  REQUIRE_FALSE(started);
  CHECK(opened == 0);
}
