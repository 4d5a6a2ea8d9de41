// SPDX-License-Identifier: Apache-2.0
//
// A program called ssh that runs the command here, in an empty home, so that what goes through ssh is
// tested without a server. First in PATH for as long as it lives.
#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <string>

#include "tests/support/temp_dir.hpp"

namespace soakrig::test {

class FakeSsh {
 public:
  // `before`: lines of shell that run first, such as a banner or another uname.
  explicit FakeSsh(const std::string& before = "") : path_(std::getenv("PATH")) {
    ::mkdir(dir_.file("bin").c_str(), 0755);
    ::mkdir(dir_.file("home").c_str(), 0755);
    dir_.write("bin/ssh", "#!/bin/sh\nHOME='" + home() + "'\nexport HOME\nunset XDG_CACHE_HOME\n" +
                              "PATH='" + dir_.file("bin") + "':$PATH\n" + before +
                              "\nfor command; do :; done\nexec /bin/sh -c \"$command\"\n");
    ::chmod(dir_.file("bin/ssh").c_str(), 0755);
    ::setenv("PATH", (dir_.file("bin") + ":" + path_).c_str(), 1);
  }
  ~FakeSsh() { ::setenv("PATH", path_.c_str(), 1); }
  FakeSsh(const FakeSsh&) = delete;
  FakeSsh& operator=(const FakeSsh&) = delete;

  [[nodiscard]] std::string home() const { return dir_.file("home"); }
  // Another program that the board has, ahead of the system's.
  void program(const std::string& name, const std::string& script) const {
    dir_.write("bin/" + name, "#!/bin/sh\n" + script);
    ::chmod(dir_.file("bin/" + name).c_str(), 0755);
  }

 private:
  TempDir dir_;
  std::string path_;
};

}  // namespace soakrig::test
