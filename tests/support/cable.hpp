// SPDX-License-Identifier: Apache-2.0
//
// A TCP connection's way over loopback that can be cut: what connects here is passed on to another
// port, while the cable is whole. A thread of its own; set() may be called from any.
#pragma once

#include <atomic>
#include <list>
#include <string>
#include <thread>

#include "rig/base/fd.hpp"

namespace soakrig::test {

class Cable {
 public:
  enum class State {
    whole,
    silent,  // nothing passes and nobody is told, as when it is pulled out
    reset,   // connections end at once, as behind a router that forgot them
  };
  explicit Cable(int to_port);
  ~Cable();
  Cable(const Cable&) = delete;
  Cable& operator=(const Cable&) = delete;

  [[nodiscard]] int port() const { return port_; }
  void set(State state) { state_ = state; }

 private:
  struct Way {
    int from, to;
    std::string held = {};
    bool over = false;  // nothing more comes
  };
  struct Link {
    Fd near, far;
    Way there, back;
    bool broken = false;
  };
  void run();
  void take_in();
  static bool move(Way& way);

  const int to_port_;
  int port_ = 0;
  Fd listener_;
  std::list<Link> links_;
  std::atomic<State> state_ = State::whole;
  std::atomic<bool> end_ = false;
  std::thread thread_;
};

// A TCP port of loopback that nobody listens on now.
[[nodiscard]] int free_port();

}  // namespace soakrig::test
