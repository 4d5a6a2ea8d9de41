// SPDX-License-Identifier: Apache-2.0
#include "rig/app/inhibitor.hpp"

#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <cstdlib>

#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;

namespace {

// PATH for the life of a test.
class Path {
 public:
  explicit Path(const std::string& path) : before_(std::getenv("PATH")) {
    ::setenv("PATH", path.c_str(), 1);
  }
  ~Path() { ::setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

}  // namespace

TEST_CASE("Suspend is inhibited for as long as the helper's input is open") {
  const test::TempDir dir;
  dir.write("systemd-inhibit", "#!/bin/sh\necho \"$@\" > '" + dir.file("asked") +
                                   "'\nexec /bin/cat\n");
  ::chmod(dir.file("systemd-inhibit").c_str(), 0755);
  const Path path(dir.path().string());
  boost::asio::io_context io;
  ProcessId id;
  {
    const auto inhibitor = app::inhibit_suspend(io);
    REQUIRE(inhibitor);
    id = inhibitor->id();
    inhibitor->close_input();
    io.run();  // it ends with its input
    CHECK_FALSE(inhibitor->running());
  }
  CHECK_FALSE(is_alive(id));
  const std::string asked = read_file(dir.file("asked")).value();
  CHECK(asked.find("--what=sleep:idle") != std::string::npos);
  CHECK(asked.find("--mode=block cat") != std::string::npos);
}

TEST_CASE("A host without the helper is soaked all the same") {
  const test::TempDir dir;
  const Path path(dir.path().string());
  boost::asio::io_context io;
  CHECK_FALSE(app::inhibit_suspend(io));
}
