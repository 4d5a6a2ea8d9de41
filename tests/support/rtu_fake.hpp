// SPDX-License-Identifier: Apache-2.0
//
// Modbus RTU units on one end of a pseudo-terminal, which misbehave on order; every register's
// content follows from its address (ModbusFake::content). Runs in a thread of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "rig/base/fd.hpp"

namespace soakrig::test {

// Bytes, and how long to wait before they are sent.
struct Sent {
  int after_ms = 0;
  std::vector<std::uint8_t> bytes;
};

class RtuFake {
 public:
  // What request number n (from 0) to `unit` is answered with, given the right answer.
  using Answer =
      std::function<std::vector<Sent>(std::size_t n, std::uint8_t unit, std::vector<std::uint8_t>)>;
  explicit RtuFake(Answer answer);
  ~RtuFake();
  RtuFake(const RtuFake&) = delete;
  RtuFake& operator=(const RtuFake&) = delete;

  [[nodiscard]] const std::string& device() const { return device_; }
  [[nodiscard]] std::string connect(const std::string& options) const {
    return "rtu://" + device_ + "?" + options;
  }
  [[nodiscard]] std::size_t requests() const { return requests_; }
  // The adapter is pulled: the other end sees an error from now on.
  void vanish();

 private:
  void run();
  bool wait_ms(int ms);

  Answer answer_;
  Fd master_, slave_, stop_read_, stop_write_;
  std::string device_;
  std::atomic<std::size_t> requests_{0};
  std::thread thread_;
};

// As it should be.
[[nodiscard]] std::vector<Sent> honest(std::size_t n, std::uint8_t unit,
                                       std::vector<std::uint8_t> reply);

}  // namespace soakrig::test
