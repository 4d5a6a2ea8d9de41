// SPDX-License-Identifier: Apache-2.0
//
// A virtual device of the bench, served on loopback by a thread of its own for the length of a
// test. The device may be looked at and changed through with(), which holds the thread off
// meanwhile.
#pragma once

#include <poll.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "rig/virtual/modbus_server.hpp"

namespace soakrig::test {

template <class Device>
class ServedDevice {
 public:
  // advance(device) is called about 200 times a second.
  template <class Advance, class... Arguments>
  explicit ServedDevice(Advance advance, Arguments&&... arguments)
      : device_(std::forward<Arguments>(arguments)...),
        server_(virtual_bench::ModbusServer::listen("127.0.0.1", 0, device_.bank()).value()) {
    thread_ = std::thread([this, advance] {
      while (!over_) {
        std::vector<pollfd> waiting;
        {
          const std::lock_guard lock(mutex_);
          server_.add_to(waiting);
        }
        ::poll(waiting.data(), waiting.size(), 5);
        const std::lock_guard lock(mutex_);
        server_.handle(waiting);
        advance(device_);
      }
    });
  }
  ~ServedDevice() {
    over_ = true;
    thread_.join();
  }
  ServedDevice(const ServedDevice&) = delete;
  ServedDevice& operator=(const ServedDevice&) = delete;

  [[nodiscard]] std::string connect() const {
    return "tcp://127.0.0.1:" + std::to_string(server_.port()) + "?unit=1&timeout=300ms";
  }
  template <class Change>
  auto with(const Change& change) {
    const std::lock_guard lock(mutex_);
    return change(device_);
  }
  void stall(bool stalled) {
    const std::lock_guard lock(mutex_);
    server_.stall(stalled);
  }

 private:
  Device device_;
  virtual_bench::ModbusServer server_;
  std::mutex mutex_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace soakrig::test
