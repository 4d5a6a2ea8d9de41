// SPDX-License-Identifier: Apache-2.0
//
// The bench's instruments, served by a thread of its own for the length of a test.
#pragma once

#include <poll.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "rig/virtual/device_rack.hpp"

namespace soakrig::test {

class ServedRack {
 public:
  // Looks as if the board had drawn `watts` for a second.
  ServedRack(const virtual_bench::BenchOptions& options, const std::string& folder,
             double watts = 42.0)
      : options_(options), rack_(virtual_bench::DeviceRack::create(options_, folder).value()) {
    rack_->step(watts, 1.0);
    rack_->describe(info_);
    thread_ = std::thread([this] {
      while (!over_) {
        const Nanos now = SystemClock().boot_ns();
        const Nanos due = rack_->tick(now);
        std::vector<pollfd> waiting;
        rack_->add_to(waiting);
        const Nanos wait =
            due > 0 ? std::min<Nanos>(due - now, 5 * kMillisecond) : 5 * kMillisecond;
        if (::poll(waiting.data(), waiting.size(), static_cast<int>(wait / kMillisecond)) > 0) {
          rack_->handle(waiting);
        }
      }
    });
  }
  ~ServedRack() {
    over_ = true;
    thread_.join();
  }
  ServedRack(const ServedRack&) = delete;
  ServedRack& operator=(const ServedRack&) = delete;
  [[nodiscard]] const virtual_bench::BenchInfo& info() const { return info_; }

 private:
  const virtual_bench::BenchOptions options_;
  std::unique_ptr<virtual_bench::DeviceRack> rack_;
  virtual_bench::BenchInfo info_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace soakrig::test
