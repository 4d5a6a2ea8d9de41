// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/guard/reaction.hpp"

#include <cmath>

namespace soakrig::guard {

using namespace instruments;

namespace {

Error refused(const Point& point, std::uint8_t exception) {
  return Error{Errc::unsupported, point.name + ": " + describe_exception(exception)};
}

bool holds(const Step& step, double value) {
  return std::abs(value - step.value) <= step.tolerance;
}

}  // namespace

std::string power_step_name(const std::string& board) {
  return "power of board " + board + " off";
}

bool Reaction::round(const std::vector<Step>& steps, bool ready) {
  if (begun_ != &steps) {
    begun_ = &steps;
    begun_at_ = clock_.boot_ns();
    states_.clear();
    for (const Step& step : steps) states_.push_back({step.name, false, "not tried yet"});
  }
  bool all = ready;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    if (!all && clock_.boot_ns() - begun_at_ < step.patience) {
      states_[i] = {step.name, false, "waits for the steps before it"};
      continue;
    }
    const auto done = assert_step(step);
    states_[i] = {step.name, done.has_value(), done ? "" : done.error().message()};
    all = all && done.has_value();
  }
  return all;
}

Result<double> Reaction::watched() {
  if (!plan_.watch) return Error{Errc::invalid, "the plan watches nothing"};
  auto on = line(plan_.watch->connect);
  if (!on) return on.error();
  const auto proven = prove(*on, plan_.watch->connect);
  if (!proven) return proven.error();
  return read(*on, *proven, plan_.watch->point);
}

Nanos Reaction::deadline(const ConnectSpec& spec) const {
  // A serial line must be silent for a while before it is believed.
  return clock_.boot_ns() + spec.timeout + (spec.transport == Transport::tcp ? 0 : spec.quiet);
}

Result<Reaction::Line> Reaction::line(const std::string& connect) {
  auto spec = parse_connect(connect);
  if (!spec) return spec.error();
  Bus& bus = buses_[spec->endpoint()];
  if (!bus.session) bus.session = std::make_unique<BusSession>(*spec, clock_);
  return Line{&bus, *spec};
}

// The connection on which the device was proven; proves it anew where there is a new one.
Result<std::uint64_t> Reaction::prove(Line& on, const std::string& connect) {
  const std::uint8_t unit = on.spec.unit;
  std::uint64_t connection = on.bus->session->connection(unit);
  if (connection != 0 && on.bus->proven[unit] == connection) return connection;
  for (const Proof& proof : plan_.proofs) {
    if (proof.connect != connect) continue;
    const auto reply = on.bus->session->read(proof.read, deadline(on.spec));
    if (!reply) return reply.error();
    if (reply->exception != 0 || reply->words != proof.words) {
      return Error{Errc::unsupported, "another device answers than the one that was identified",
                   "nothing is written to it", connect};
    }
  }
  connection = on.bus->session->connection(unit);
  on.bus->proven[unit] = connection;
  return connection;  // 0 where nothing is to be proven and nothing was sent: any connection will do
}

Result<double> Reaction::read(Line& on, std::uint64_t proven, const Point& point) {
  const auto body = request_body(read_request(point, on.spec.unit));
  if (!body) return body.error();
  const auto reply = on.bus->session->transact(*body, deadline(on.spec), proven);
  if (!reply) return reply.error();
  if (reply->exception != 0) return refused(point, reply->exception);
  return read_point(point, reply->words, point.address);
}

// After a write that timed out the state is unknown: it is read again before anything else.
Result<void> Reaction::assert_step(const Step& step) {
  auto on = line(step.connect);
  if (!on) return on.error();
  const auto proven = prove(*on, step.connect);
  if (!proven) return proven.error();
  const auto before = read(*on, *proven, step.point);
  if (!before) return before.error();
  if (holds(step, *before)) return {};
  const auto body = request_body(step.write);
  if (!body) return body.error();
  const auto written = on->bus->session->transact(*body, deadline(on->spec), *proven);
  if (!written) return written.error();
  if (written->exception != 0) return refused(step.point, written->exception);
  const auto after = read(*on, *proven, step.point);
  if (!after) return after.error();
  if (holds(step, *after)) return {};
  return Error{Errc::io, step.point.name + " reads " + std::to_string(*after) + " after " +
                             std::to_string(step.value) + " was written"};
}

}  // namespace soakrig::guard
