// SPDX-License-Identifier: Apache-2.0
//
// soakrig console, as it is called.
#include <boost/asio/io_context.hpp>
#include <chrono>

#include "rig/control/console_log.hpp"
#include "tests/rig/app/called.hpp"
#include "tests/support/pty.hpp"

using namespace soakrig;
using namespace soakrig::test;

namespace {

// What a recorder would have stored of these words.
std::vector<Event> recorded(const std::string& words) {
  std::vector<Event> out;
  boost::asio::io_context io;
  const SystemClock clock;
  Pty pty;
  pty.plug_in();
  {
    control::ConsoleLog log(io, "pi", ConsoleAddress{pty.device(), 115200}, clock,
                            clock.boot_ns() - 5 * kSecond,
                            [&](Event event) { out.push_back(std::move(event)); });
    for (int i = 0; i < 100 && out.empty(); ++i) io.run_one_for(std::chrono::milliseconds(10));
    pty.say(words);
    for (int i = 0; i < 20; ++i) io.run_one_for(std::chrono::milliseconds(5));
  }
  return out;
}

}  // namespace

TEST_CASE("console prints what a board said, with times and without its control characters") {
  const TempDir directory;
  Plant plant;
  plant.sensors(600).work("chat", {}, 0, 600);
  auto run = make_run({plant.board()}, {{"soak", 600}});
  run.spec.boards[0].console = "/dev/serial/by-id/usb-1";
  for (Event& event : recorded("[    0.1] Booting\n\x1b[31mlogin: \n")) {
    run.events.push_back(std::move(event));
  }
  fill(directory, run);
  const std::string archive = directory.path().string();
  const Called said = call("console", {"pi", "last", "--archive", archive});
  CHECK(said.code == 0);
  CHECK(said.out.find("  -- heard\n") != std::string::npos);
  CHECK(said.out.find("Z  [    0.1] Booting\n") != std::string::npos);
  CHECK(said.out.find("Z  .[31mlogin: \n") != std::string::npos);
  // A run that is over has nothing to follow.
  CHECK(call("console", {"pi", "--archive", archive, "--follow"}).out == said.out);
  CHECK(call("console", {"jetson", "--archive", archive}).code == 4);
  CHECK(call("console", {"pi", "nobody", "--archive", archive}).code == 4);
  CHECK(call("console", {}).code == 4);
}

TEST_CASE("console: a board without one says so") {
  const TempDir directory;
  fill(directory);
  CHECK(call("console", {"pi", "--archive", directory.path().string()}).code == 4);
}
