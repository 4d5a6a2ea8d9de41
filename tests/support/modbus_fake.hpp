// SPDX-License-Identifier: Apache-2.0
//
// A Modbus TCP device on loopback that misbehaves on order. Every register's content follows from
// its address, so that a test knows a wrong value when it sees one. Runs in a thread of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "rig/base/fd.hpp"

namespace soakrig::test {

enum class Misdeed {
  none,
  silent,
  late,
  wrong_transaction,
  wrong_unit,
  wrong_length,
  wrong_function,
  wrong_protocol,
  short_payload,
  truncated,
  truncated_close,
  drip,
  stray_before,
  stray_after,
  duplicate,
  wrong_echo,
  random,
  close,
  exception,
};
inline constexpr int kMisdeeds = 19;

class ModbusFake {
 public:
  // `choose` says what to do with request number n (from 0), in the server's thread.
  explicit ModbusFake(std::function<Misdeed(std::size_t n)> choose, int late_ms = 400,
                      int drip_ms = 60);
  ~ModbusFake();
  ModbusFake(const ModbusFake&) = delete;
  ModbusFake& operator=(const ModbusFake&) = delete;

  [[nodiscard]] std::string connect(const std::string& options = "unit=1") const;
  // What a register that was never written reads.
  [[nodiscard]] static std::uint16_t content(std::uint16_t address) {
    return static_cast<std::uint16_t>(address * 7u + 3u);
  }
  [[nodiscard]] std::size_t requests() const { return requests_; }
  [[nodiscard]] std::size_t connections() const { return accepted_; }
  // Transaction numbers seen, in order.
  [[nodiscard]] std::vector<std::uint16_t> transactions() const;

 private:
  void run();
  bool serve(int fd);
  bool misbehave(int fd, Misdeed misdeed, std::vector<std::uint8_t> reply);
  bool wait_ms(int ms);  // false when the test is over
  std::vector<std::uint8_t> answer(const std::vector<std::uint8_t>& request);

  std::function<Misdeed(std::size_t)> choose_;
  int late_ms_, drip_ms_;
  Fd listener_, stop_read_, stop_write_;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> requests_{0}, accepted_{0};
  mutable std::mutex mutex_;
  std::vector<std::uint16_t> transactions_;
  std::map<std::uint16_t, std::uint16_t> written_;
  std::thread thread_;
};

}  // namespace soakrig::test
