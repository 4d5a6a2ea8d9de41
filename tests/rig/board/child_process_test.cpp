// SPDX-License-Identifier: Apache-2.0
#include "rig/board/child_process.hpp"

#include <signal.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"
#include "rig/base/fd.hpp"

using namespace soakrig;
using namespace soakrig::board;

namespace {

struct Seen {
  std::string output;
  std::optional<ExitStatus> exit;
  ChildProcess::Handlers handlers() {
    return {[this](std::string_view bytes) { output += bytes; },
            [this](ExitStatus status) { exit = status; }};
  }
};

}  // namespace

TEST_CASE("Bytes go in and come out, and the exit comes last") {
  boost::asio::io_context io;
  Seen seen;
  auto child = ChildProcess::start(io, {"cat"}, seen.handlers());
  REQUIRE(child);
  CHECK(is_alive((*child)->id()));
  CHECK((*child)->write("hello\n"));
  (*child)->close_input();
  io.run();
  CHECK(seen.output == "hello\n");
  REQUIRE(seen.exit);
  CHECK(seen.exit->text() == "exit code 0");
  CHECK_FALSE((*child)->running());
  CHECK_FALSE((*child)->write("late"));
}

TEST_CASE("A signal is told apart from a code") {
  boost::asio::io_context io;
  Seen killed, failed;
  auto a = ChildProcess::start(io, {"cat"}, killed.handlers());
  auto b = ChildProcess::start(io, {"/bin/sh", "-c", "exit 7"}, failed.handlers());
  REQUIRE(a);
  REQUIRE(b);
  (*a)->signal(SIGKILL);
  io.run();
  CHECK(killed.exit->signal == SIGKILL);
  CHECK(failed.exit->code == 7);
}

TEST_CASE("Whoever writes is told when all of it has been taken") {
  boost::asio::io_context io;
  Seen seen;
  auto handlers = seen.handlers();
  std::unique_ptr<ChildProcess>* writer = nullptr;
  int blocks = 3;
  handlers.on_written = [&] {
    if (--blocks > 0) {
      (*writer)->write(std::string(100000, 'x'));
    } else {
      (*writer)->close_input();
    }
  };
  auto child = ChildProcess::start(io, {"cat"}, handlers);
  REQUIRE(child);
  writer = &*child;
  CHECK((*child)->write("y"));
  io.run();
  CHECK(seen.output.size() == 200001);
  CHECK(seen.exit);
}

TEST_CASE("A child has a process group of its own: Ctrl-C is not for it") {
  boost::asio::io_context io;
  Seen seen;
  const auto child = ChildProcess::start(io, {"cat"}, seen.handlers());
  REQUIRE(child);
  CHECK(::getpgid((*child)->id().pid) == (*child)->id().pid);
}

TEST_CASE("What cannot be started is an error with the program's name") {
  boost::asio::io_context io;
  const auto missing = ChildProcess::start(io, {"/no/such/program"}, {});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().file == "/no/such/program");
  CHECK_FALSE(ChildProcess::start(io, {"no-such-program-anywhere"}, {}));
}

TEST_CASE("A child does not outlive its owner") {
  boost::asio::io_context io;
  ProcessId id;
  {
    auto child = ChildProcess::start(io, {"sleep", "1000"}, {});
    REQUIRE(child);
    id = (*child)->id();
    CHECK(is_alive(id));
  }
  CHECK_FALSE(is_alive(id));
}

TEST_CASE("A child that reads nothing costs a bounded queue") {
  boost::asio::io_context io;
  auto child = ChildProcess::start(io, {"sleep", "1000"}, {});
  REQUIRE(child);
  bool refused = false;
  for (int i = 0; i < 100 && !refused; ++i) refused = !(*child)->write(std::string(1u << 20, 'x'));
  CHECK(refused);
}

TEST_CASE("Errors go to a file when asked") {
  const test::TempDir dir;
  boost::asio::io_context io;
  auto child = ChildProcess::start(io, {"/bin/sh", "-c", "echo oops >&2"}, {}, dir.file("log"));
  REQUIRE(child);
  io.run();
  CHECK(read_file(dir.file("log")).value() == "oops\n");
}
