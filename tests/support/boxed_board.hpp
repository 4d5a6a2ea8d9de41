// SPDX-License-Identifier: Apache-2.0
//
// A board in a box: an OpenSSH server on loopback with all that it starts, in namespaces of their
// own. So it can lose its power at once, and is on another boot when it has it again: its boot_id
// is a file of ours, bound over the kernel's. Its cable can be cut. What its agents send up is
// copied to a folder. Boxes need the rights to make namespaces; without them the board runs beside
// us, and cannot be switched off.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/cable.hpp"
#include "tests/support/marked_process.hpp"

namespace soakrig::test {

class BoxedBoard {
 public:
  // Makes keys and configuration below `folder`. `config` is then what $SOAKRIG_SSH_CONFIG is to
  // be, with the board as the alias `board`.
  explicit BoxedBoard(const std::string& folder);
  ~BoxedBoard();
  BoxedBoard(const BoxedBoard&) = delete;
  BoxedBoard& operator=(const BoxedBoard&) = delete;

  [[nodiscard]] std::string config() const { return folder_ + "/config"; }
  [[nodiscard]] std::string sent() const { return folder_ + "/sent"; }
  [[nodiscard]] std::string home() const { return folder_ + "/home"; }
  [[nodiscard]] bool boxed() const { return boxed_; }
  [[nodiscard]] Cable& cable() { return cable_; }

  // False when its server does not come up.
  [[nodiscard]] bool on();
  // Nothing of it gets a word in.
  void off();
  // What sessions have started on it.
  [[nodiscard]] std::vector<pid_t> processes() const;

 private:
  const std::string folder_, mark_;
  const int port_;
  Cable cable_;
  bool boxed_ = false;
  int boots_ = 0;
  std::unique_ptr<MarkedProcess> server_;
};

}  // namespace soakrig::test
