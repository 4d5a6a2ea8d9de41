// SPDX-License-Identifier: Apache-2.0
//
// An instrument that takes orders as well as being read: a chamber, a relay. An order is a list of
// steps, each made only where the device does not hold it already, and proven by reading. A write
// whose outcome is unknown (a time-out) is read and asserted again until the order's deadline.
// Internal to rig/instruments.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rig/instruments/polled_device.hpp"

namespace soakrig::instruments {

// `point` is told `value`, unless `proof` reads `proven` already; afterwards it must.
struct OrderStep {
  std::string point;
  double value = 0;
  double tolerance = 0;
  std::string proof{};  // empty: the point itself, and the value
  double proven = 0;
  std::string asked{};  // not empty: never written, a person must have set it so, as this says

  [[nodiscard]] const std::string& read_at() const { return proof.empty() ? point : proof; }
  [[nodiscard]] double must_read() const { return proof.empty() ? value : proven; }
};

// All steps hold in the end, or `done` gets the reason at the deadline.
struct Order {
  std::string what;  // for events
  double value = 0;
  std::vector<OrderStep> steps;
  Done done;
};

class OrderedDevice : public PolledDevice {
 public:
  // `event_kind` is that of the event which tells how an order ended.
  OrderedDevice(Setup setup, ModbusBus& bus, const Clock& clock, std::string_view event_kind)
      : PolledDevice(std::move(setup), bus, clock), event_kind_(event_kind) {}

  // After stop(): whoever still waits gets an answer, on the caller's thread.
  void cancel_orders();

 protected:
  // Orders with the same slot replace each other: the older one is answered with Errc::cancelled.
  void accept(std::size_t slot, Order order);
  // Refuses an order without asking the device.
  static void refuse(const Done& done, const Error& error) { done(error); }

 private:
  struct Pending {
    Order order;
    std::uint64_t number = 0;
    Nanos deadline = 0;
  };
  void attempt(std::size_t slot, std::uint64_t number);
  void finish(std::size_t slot, std::uint64_t number, const Result<void>& result);
  Result<void> assert_step(const OrderStep& step);
  Result<double> read_back(const Point& point);

  const std::string event_kind_;
  std::mutex orders_mutex_;  // guards what follows
  std::map<std::size_t, Pending> orders_;
  std::uint64_t numbers_ = 0;
};

}  // namespace soakrig::instruments
