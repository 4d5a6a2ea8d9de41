// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/outbox.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <array>
#include <csignal>
#include <string>

#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"

using soakrig::Fd;
using soakrig::agent::Outbox;

namespace {

struct Pipe {
  Fd read, write;
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
    read = Fd(ends[0]);
    write = Fd(ends[1]);
    fcntl(read.get(), F_SETFL, O_NONBLOCK);
    std::signal(SIGPIPE, SIG_IGN);
  }
  std::string drain() {
    std::string out;
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = ::read(read.get(), buffer.data(), buffer.size())) > 0;) {
      out.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return out;
  }
};

}  // namespace

TEST_CASE("lines go out whole and in order, however little the reader takes") {
  Pipe pipe;
  Outbox outbox(pipe.write.get(), 1u << 20);
  std::string expected, got;
  for (int i = 0; i < 3000; ++i) {
    const std::string line = "line " + std::to_string(i) + std::string(100, '.') + "\n";
    expected += line;
    REQUIRE(outbox.push(line));
  }
  outbox.flush();
  CHECK_FALSE(outbox.empty());  // a pipe holds 64 KiB
  while (!outbox.empty()) {
    got += pipe.drain();
    outbox.flush();
  }
  got += pipe.drain();
  CHECK(got == expected);
  CHECK(outbox.bytes() == 0);
}

TEST_CASE("the queue is bounded and an urgent line overtakes it, behind a half-written one") {
  Pipe pipe;
  Outbox outbox(pipe.write.get(), 200'000);
  REQUIRE(outbox.push(std::string(99'999, 'a') + "\n"));
  outbox.flush();  // half of it fits into the pipe
  REQUIRE(outbox.push(std::string(99'999, 'b') + "\n"));
  CHECK_FALSE(outbox.push(std::string(100'000, 'c')));
  REQUIRE(outbox.push_urgent("pong\n"));
  std::string got;
  while (!outbox.empty()) {
    got += pipe.drain();
    outbox.flush();
  }
  got += pipe.drain();
  CHECK(got == std::string(99'999, 'a') + "\npong\n" + std::string(99'999, 'b') + "\n");
}

TEST_CASE("a reader that is gone breaks the link, and nothing more is kept") {
  Pipe pipe;
  Outbox outbox(pipe.write.get(), 1000);
  pipe.read.reset();
  REQUIRE(outbox.push("x\n"));
  outbox.flush();
  CHECK(outbox.broken());
  CHECK(outbox.empty());
  CHECK_FALSE(outbox.push("y\n"));
}

TEST_CASE("the descriptor is given back as it was") {
  Pipe pipe;
  const int before = fcntl(pipe.write.get(), F_GETFL);
  {
    const Outbox outbox(pipe.write.get(), 10);
    CHECK((fcntl(pipe.write.get(), F_GETFL) & O_NONBLOCK) != 0);
  }
  CHECK(fcntl(pipe.write.get(), F_GETFL) == before);
}
