// SPDX-License-Identifier: Apache-2.0
#include "rig/board/console_recorder.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/pty.hpp"

using namespace soakrig;
using namespace soakrig::board;

namespace {

struct Heard {
  SystemClock clock;
  boost::asio::io_context io;
  std::vector<std::pair<Nanos, std::string>> lines;
  std::vector<std::pair<bool, std::string>> links;

  ConsoleRecorder::Hooks hooks() {
    return {[this](Nanos t, std::string line) { lines.emplace_back(t, std::move(line)); },
            [this](bool up, const std::string& reason) { links.emplace_back(up, reason); }};
  }
  // Runs until `done`, for ten seconds at most.
  template <class Done>
  bool until(Done done) {
    for (int i = 0; i < 1000 && !done(); ++i) io.run_one_for(std::chrono::milliseconds(10));
    return done();
  }
};

}  // namespace

TEST_CASE("Every line is heard with its time, unfinished last words too") {
  test::Pty pty;
  pty.plug_in();
  Heard heard;
  const ConsoleRecorder recorder(heard.io, {pty.device(), 115200}, heard.clock, heard.hooks());
  REQUIRE(heard.until([&] { return !heard.links.empty(); }));
  CHECK(heard.links[0].first);
  const Nanos before = heard.clock.boot_ns();
  pty.say("[    0.0] Booting\r\n\r\n[    1.0] half ");
  pty.say("a line\nKernel panic - not syn");
  REQUIRE(heard.until([&] { return heard.lines.size() >= 3; }));
  CHECK(heard.lines[0].second == "[    0.0] Booting");
  CHECK(heard.lines[1].second == "[    1.0] half a line");
  CHECK(heard.lines[2].second == "Kernel panic - not syn");
  CHECK(heard.lines[0].first >= before);
  CHECK(heard.lines[2].first >= heard.lines[0].first);
  CHECK(heard.lines[2].first <= heard.clock.boot_ns());
}

TEST_CASE("It survives being unplugged, and goes on by the same name") {
  test::Pty pty;
  Heard heard;
  const ConsoleRecorder recorder(heard.io, {pty.device(), 115200}, heard.clock, heard.hooks());
  REQUIRE(heard.until([&] { return !heard.links.empty(); }));
  CHECK_FALSE(heard.links[0].first);
  CHECK(heard.links[0].second.find("is not there") != std::string::npos);
  for (const char* word : {"one\n", "two\n"}) {
    const std::size_t lines = heard.lines.size(), links = heard.links.size();
    pty.plug_in();
    REQUIRE(heard.until([&] { return heard.links.size() > links; }));
    CHECK(heard.links.back().first);
    pty.say(word);
    REQUIRE(heard.until([&] { return heard.lines.size() > lines; }));
    pty.pull_out();
    REQUIRE(heard.until([&] { return !heard.links.back().first; }));
  }
  CHECK(heard.lines[0].second == "one");
  CHECK(heard.lines[1].second == "two");
  CHECK(heard.links.size() == 5);
}

TEST_CASE("A line without an end comes in parts, whatever its bytes") {
  test::Pty pty;
  pty.plug_in();
  Heard heard;
  const ConsoleRecorder recorder(heard.io, {pty.device(), 115200}, heard.clock, heard.hooks());
  REQUIRE(heard.until([&] { return !heard.links.empty(); }));
  pty.say(std::string(3000, '\xff') + "\n");
  REQUIRE(heard.until([&] { return heard.lines.size() >= 2; }));
  CHECK(heard.lines[0].second.size() == ConsoleRecorder::kLongestLine);
  CHECK(heard.lines[1].second.size() == 3000 - ConsoleRecorder::kLongestLine);
}

TEST_CASE("A port has one recorder, and what is no port is none") {
  test::Pty pty;
  pty.plug_in();
  Heard first, second;
  const ConsoleRecorder one(first.io, {pty.device(), 115200}, first.clock, first.hooks());
  REQUIRE(first.until([&] { return !first.links.empty(); }));
  const ConsoleRecorder two(second.io, {pty.device(), 115200}, second.clock, second.hooks());
  REQUIRE(second.until([&] { return !second.links.empty(); }));
  CHECK(second.links[0].second.find("recorded by somebody else") != std::string::npos);
  for (const char* device : {"/dev/null", "/etc/passwd", "/"}) {
    Heard none;
    const ConsoleRecorder wrong(none.io, {device, 115200}, none.clock, none.hooks());
    REQUIRE(none.until([&] { return !none.links.empty(); }));
    CHECK_FALSE(none.links[0].first);
    CHECK(none.links[0].second.starts_with(device));
  }
}
