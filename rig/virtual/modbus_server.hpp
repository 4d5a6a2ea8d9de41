// SPDX-License-Identifier: Apache-2.0
//
// One virtual Modbus line with the devices on it: a TCP port that speaks Modbus TCP or RTU frames,
// or a pseudo-terminal that stands for a serial port. Accepts a few connections, answers from the
// register banks of its units, and misbehaves on order (wire_fault.hpp). Runs inside the bench's
// poll loop and never blocks; a client that floods, dribbles or never reads costs a bounded buffer
// and is dropped. Not thread-safe.
#pragma once

#include <poll.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "rig/base/fd.hpp"
#include "rig/base/result.hpp"
#include "rig/virtual/register_bank.hpp"
#include "rig/virtual/wire_fault.hpp"

namespace soakrig::virtual_bench {

class ModbusServer {
 public:
  // What happens to a request (unit, function, data); called once for each.
  using Choose = std::function<WireFault(std::span<const std::uint8_t> request)>;

  // `address` = an IPv4 or IPv6 address; port 0 = any free one. `bank`, and what add() takes, must
  // outlive it.
  [[nodiscard]] static Result<ModbusServer> listen(const std::string& address, std::uint16_t port,
                                                   RegisterBank& bank);
  [[nodiscard]] static Result<ModbusServer> listen(const std::string& address, std::uint16_t port,
                                                   Framing framing);
  // A serial port: `link` becomes a symbolic link to its device, as a by-id name is. With `baud`
  // not 0 replies take the time that they would take on such a line.
  [[nodiscard]] static Result<ModbusServer> serial(const std::string& link, int baud);
  ModbusServer(ModbusServer&&) = default;
  ModbusServer& operator=(ModbusServer&&) = default;
  ~ModbusServer();  // the link goes with it

  void add(RegisterBank& bank) { banks_.push_back(&bank); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::string& link() const { return link_; }
  // A stalled line neither accepts nor reads; what arrives meanwhile is answered late.
  void stall(bool stalled) { stalled_ = stalled; }
  // The adapter is pulled, the gateway is off: what was open breaks, nothing new can be opened,
  // until it is back (a serial port then under another device name behind the same link).
  [[nodiscard]] Result<void> vanish(bool gone);
  void misbehave(Choose choose) { choose_ = std::move(choose); }

  // Appends what to wait for, and afterwards handles what poll() found. Both see the same order.
  void add_to(std::vector<pollfd>& waiting) const;
  void handle(const std::vector<pollfd>& ready);
  // Sends what is due. The boot time at which there is more to do, 0 = nothing is waiting.
  Nanos tick(Nanos now);

 private:
  struct Connection {
    std::uint64_t number = 0;
    Fd fd;
    std::vector<std::uint8_t> in;
    bool over = false;
  };
  struct Pending {
    Nanos due = 0;
    std::uint64_t connection = 0;
    std::vector<std::uint8_t> bytes;      // to send, or
    std::vector<std::uint8_t> execute{};  // a request to carry out unanswered
  };
  ModbusServer() = default;
  void accept_one();
  void serve(Connection& connection);
  [[nodiscard]] std::optional<std::size_t> next_request(Connection& connection);
  void answer(Connection& connection, std::span<const std::uint8_t> frame);
  void send(Connection& connection, const std::vector<std::uint8_t>& bytes);
  Result<void> open_terminal();

  Framing framing_ = Framing::tcp;
  bool serial_ = false;
  int baud_ = 0;
  std::string address_, link_;
  std::uint16_t port_ = 0;
  Fd listener_;
  Fd slave_;  // kept open, so that a master that comes and goes does not end the terminal
  std::vector<RegisterBank*> banks_;
  std::vector<Connection> connections_;
  std::vector<Pending> pending_;
  std::uint64_t numbers_ = 0;
  Choose choose_;
  bool stalled_ = false, gone_ = false;
};

}  // namespace soakrig::virtual_bench
