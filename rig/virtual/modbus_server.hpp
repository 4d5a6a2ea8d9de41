// SPDX-License-Identifier: Apache-2.0
//
// One virtual device on a TCP port: accepts a few connections and answers from a register bank.
// Runs inside the bench's poll loop and never blocks; a client that floods, dribbles or never reads
// costs a bounded buffer and is dropped. Not thread-safe.
#pragma once

#include <poll.h>

#include <cstdint>
#include <string>
#include <vector>

#include "rig/base/fd.hpp"
#include "rig/base/result.hpp"
#include "rig/virtual/register_bank.hpp"

namespace soakrig::virtual_bench {

class ModbusServer {
 public:
  // `address` = an IPv4 or IPv6 address; port 0 = any free one. `bank` must outlive it.
  [[nodiscard]] static Result<ModbusServer> listen(const std::string& address, std::uint16_t port,
                                                   RegisterBank& bank);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // A stalled device neither accepts nor reads; what arrives meanwhile is answered late.
  void stall(bool stalled) { stalled_ = stalled; }

  // Appends what to wait for, and afterwards handles what poll() found. Both see the same order.
  void add_to(std::vector<pollfd>& waiting) const;
  void handle(const std::vector<pollfd>& ready);

 private:
  struct Connection {
    Fd fd;
    std::vector<std::uint8_t> in;
  };
  ModbusServer(Fd listener, std::uint16_t port, RegisterBank& bank)
      : listener_(std::move(listener)), port_(port), bank_(&bank) {}
  void accept_one();
  [[nodiscard]] bool serve(Connection& connection);
  [[nodiscard]] bool answer_all(Connection& connection);

  Fd listener_;
  std::uint16_t port_;
  RegisterBank* bank_;
  std::vector<Connection> connections_;
  bool stalled_ = false;
};

}  // namespace soakrig::virtual_bench
