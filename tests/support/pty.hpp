// SPDX-License-Identifier: Apache-2.0
//
// A serial port that a test plugs in, talks into and pulls out: a pseudo terminal behind a link, as the
// names below /dev/serial/by-id are.
#pragma once

#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "rig/base/fd.hpp"
#include "tests/support/temp_dir.hpp"

namespace soakrig::test {

class Pty {
 public:
  [[nodiscard]] std::string device() const { return dir_.file("by-id"); }

  void plug_in() {
    int ends[2] = {-1, -1};
    char name[100] = {};
    RIG_ASSERT(::openpty(&ends[0], &ends[1], name, nullptr, nullptr) == 0);
    master_ = Fd(ends[0]);
    slave_ = Fd(ends[1]);  // kept open, so that what is said before anybody listens is not lost
    termios raw{};
    ::tcgetattr(slave_.get(), &raw);
    ::cfmakeraw(&raw);
    ::tcsetattr(slave_.get(), TCSANOW, &raw);
    ::unlink(device().c_str());
    RIG_ASSERT(::symlink(name, device().c_str()) == 0);
  }
  void pull_out() {
    ::unlink(device().c_str());
    slave_.reset();
    master_.reset();
  }
  void say(std::string_view text) const {
    RIG_ASSERT(::write(master_.get(), text.data(), text.size()) ==
               static_cast<ssize_t>(text.size()));
  }

 private:
  TempDir dir_;
  Fd master_, slave_;
};

}  // namespace soakrig::test
