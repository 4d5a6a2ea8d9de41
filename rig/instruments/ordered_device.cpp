// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/ordered_device.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "rig/base/json_guard.hpp"

namespace soakrig::instruments {
namespace {

constexpr Nanos kWriteDeadline = 10 * kSecond;
constexpr Nanos kWriteRetry = 200 * kMillisecond;

}  // namespace

void OrderedDevice::cancel_orders() {
  std::map<std::size_t, Pending> cancelled;
  {
    const std::lock_guard lock(orders_mutex_);
    cancelled.swap(orders_);
  }
  for (const auto& [slot, pending] : cancelled) {
    pending.order.done(Error{Errc::cancelled, "the instrument was stopped"});
  }
}

void OrderedDevice::accept(std::size_t slot, Order order) {
  Pending pending{std::move(order), 0, clock().boot_ns() + kWriteDeadline};
  std::optional<Pending> superseded;
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(orders_mutex_);
    number = pending.number = ++numbers_;
    if (const auto old = orders_.find(slot); old != orders_.end()) {
      superseded = std::exchange(old->second, std::move(pending));
    } else {
      orders_.emplace(slot, std::move(pending));
    }
  }
  if (superseded) {
    superseded->order.done(Error{Errc::cancelled, "a newer order replaced this one"});
  }
  if (!schedule(0, [this, slot, number] { attempt(slot, number); })) {
    finish(slot, number, Error{Errc::cancelled, "the instrument is stopping"});
  }
}

// Makes one attempt at the order in `slot`; again later until it holds or its time is over. After
// a write that timed out the state is unknown: every attempt begins by reading.
void OrderedDevice::attempt(std::size_t slot, std::uint64_t number) {
  std::vector<OrderStep> steps;
  Nanos deadline = 0;
  {
    const std::lock_guard lock(orders_mutex_);
    const auto pending = orders_.find(slot);
    if (pending == orders_.end() || pending->second.number != number) return;  // replaced meanwhile
    steps = pending->second.order.steps;
    deadline = pending->second.deadline;
  }
  Result<void> held = ensure_identified();
  for (const OrderStep& step : steps) {
    if (!held) break;
    // An order that was not carried out must never look as if it had been.
    held = stopped() ? Result<void>(Error{Errc::cancelled, "the instrument was stopped"})
                     : assert_step(step);
  }
  const bool may_pass =
      !held && held.error().code != Errc::invalid && held.error().code != Errc::unsupported &&
      held.error().code != Errc::full;
  if (may_pass && clock().boot_ns() + kWriteRetry < deadline &&
      schedule(clock().boot_ns() + kWriteRetry, [this, slot, number] { attempt(slot, number); })) {
    return;
  }
  finish(slot, number, held);
}

// Reads; writes when the device does not hold it; reads again.
Result<void> OrderedDevice::assert_step(const OrderStep& step) {
  const Point& point = *map().find(step.point);
  const Point& proof = *map().find(step.read_at());
  const auto holds = [&step](double value) {
    return std::abs(value - step.must_read()) <= step.tolerance;
  };
  const auto before = read_back(proof);
  if (!before) return before.error();
  if (holds(*before)) return {};
  if (!step.asked.empty()) {
    return Error{Errc::unsupported, point.name + " reads " + std::to_string(*before), step.asked};
  }
  const auto written = write_value(point, step.value);
  if (!written) return written.error();
  if (written->exception != 0) {
    const bool passing = written->exception >= 4 && written->exception <= 6;
    return Error{passing ? Errc::busy : Errc::unsupported,
                 point.name + " was not written: " + describe_exception(written->exception)};
  }
  const auto after = read_back(proof);
  if (!after) return after.error();
  if (holds(*after)) return {};
  return Error{Errc::io,
               point.name + " was set to " + std::to_string(step.value) + " but " +
                   (proof.name == point.name ? "" : proof.name + " ") + "reads back " +
                   std::to_string(*after),
               "is the controller in a profile, or locked?"};
}

Result<double> OrderedDevice::read_back(const Point& point) {
  const auto reply = read_words(point);
  if (!reply) return reply.error();
  if (reply->exception != 0) {
    return Error{reply->exception == 2 ? Errc::unsupported : Errc::busy,
                 point.name + ": " + describe_exception(reply->exception)};
  }
  return read_point(point, reply->words, point.address);
}

void OrderedDevice::finish(std::size_t slot, std::uint64_t number, const Result<void>& result) {
  std::optional<Order> order;
  {
    const std::lock_guard lock(orders_mutex_);
    const auto pending = orders_.find(slot);
    if (pending == orders_.end() || pending->second.number != number) return;
    order = std::move(pending->second.order);
    orders_.erase(pending);
  }
  nlohmann::json body = {{"what", order->what}, {"value", order->value}, {"ok", bool(result)}};
  if (!result) {
    body["reason"] = result.error().message();
    body["frames"] = parse_json(frames_json()).value_or(nlohmann::json::array());
  }
  Event event;
  event.kind = event_kind_;
  event.severity = result ? Severity::info : Severity::alarm;
  event.body = dump_json(body);
  emit(std::move(event));
  order->done(result);
}

}  // namespace soakrig::instruments
