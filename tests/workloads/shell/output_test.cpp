// SPDX-License-Identifier: Apache-2.0
#include "workloads/shell/output.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <string>

#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

struct Pipe {
  Fd read, write;
  Pipe() {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    read = Fd(ends[0]);
    write = Fd(ends[1]);
    ::signal(SIGPIPE, SIG_IGN);
  }
};

}  // namespace

TEST_CASE("output: what is written arrives") {
  Pipe pipe;
  FdOutput output(pipe.write.get(), [] { return false; });
  CHECK(output.write("one line\n"));
  char text[32];
  CHECK(std::string(text, static_cast<std::size_t>(::read(pipe.read.get(), text, 32))) ==
        "one line\n");
  CHECK(output.idle(kMillisecond));
}

TEST_CASE("output: a reader that left ends writing and idling at once") {
  Pipe pipe;
  pipe.read.reset();
  FdOutput output(pipe.write.get(), [] { return false; });
  CHECK_FALSE(output.write("nobody\n"));
  CHECK_FALSE(output.idle(3600 * kSecond));
}

TEST_CASE("output: a reader that does not read cannot hold up a stop") {
  Pipe pipe;
  int asked = 0;
  FdOutput output(pipe.write.get(), [&] { return ++asked >= 1; });
  CHECK_FALSE(output.write(std::string(1u << 20, 'x')));  // larger than any pipe
  CHECK(asked >= 1);
  CHECK_FALSE(output.idle(3600 * kSecond));
}
