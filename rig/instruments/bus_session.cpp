// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/bus_session.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace soakrig::instruments {
namespace {

constexpr Nanos kFirstBackoff = 100 * kMillisecond;
// Below two seconds with its jitter, so that a peer that is back is found within two.
constexpr Nanos kLastBackoff = 1500 * kMillisecond;
constexpr int kOutage = 3;  // failures in a row that make one
// A unit that is out must not hold up its siblings: it is asked with a deadline that fits what it
// used to need, and only now and then with all that it is allowed.
constexpr Nanos kLeastPatience = 50 * kMillisecond, kSiblingFresh = 10 * kSecond;
constexpr int kTimesSlowest = 8, kFullEvery = 10;

bool really_wait(const Clock& clock, Nanos until) {
  for (;;) {
    const Nanos left = until - clock.boot_ns();
    if (left <= 0) return true;
    const timespec wait{left / kSecond, left % kSecond};
    ::ppoll(nullptr, 0, &wait, nullptr);
  }
}

}  // namespace

BusSession::BusSession(const ConnectSpec& connect, const Clock& clock, Wait wait)
    : connect_(connect),
      clock_(clock),
      wait_(wait ? std::move(wait) : [&clock](Nanos until) { return really_wait(clock, until); }),
      link_(make_link(connect, clock, frames_)) {}

Result<Reply> BusSession::read(const ReadRequest& request, Nanos deadline) {
  const auto body = request_body(request);
  if (!body) return body.error();
  return transact(*body, deadline);
}

Result<Reply> BusSession::write(const WriteRequest& request, Nanos deadline) {
  const auto body = request_body(request);
  if (!body) return body.error();
  return transact(*body, deadline);
}

void BusSession::close() { link_->close(); }

Result<Reply> BusSession::transact(const RequestBody& body, Nanos deadline, std::uint64_t only_on) {
  std::unique_lock lock(mutex_);
  Unit& unit = units_[body.unit()];  // a map's elements stay where they are
  lock.unlock();
  const Nanos start = clock_.boot_ns();
  if (start >= deadline) {
    count(unit, [](BusCounters& c) { ++c.expired; });
    return named(Error{Errc::timeout, "the deadline passed before the bus was free"});
  }
  deadline = patience(unit, start, deadline);
  if (auto open = ensure_open(deadline); !open) return named(open.error());
  if (auto settled = settle(unit, deadline); !settled) return named(settled.error());
  if (only_on != 0 && only_on != connection(body.unit())) {
    return named(Error{Errc::cancelled, "the connection was renewed; the device is proven again"});
  }
  const Nanos sent = clock_.boot_ns();
  const std::uint64_t bad_before = link_->bad_checksums();
  auto reply = link_->exchange(body, deadline);
  count(unit, [&](BusCounters& c) {
    ++c.transactions;
    if (reply && reply->exception != 0) ++c.exceptions;
    if (!reply && reply.error().code == Errc::timeout) ++c.timeouts;
    if (!reply && reply.error().code == Errc::protocol) ++c.bad_replies;
    c.crc_errors += link_->bad_checksums() - bad_before;
  });
  if (!reply) {
    failed(unit, body, sent, reply.error());
    return named(reply.error());
  }
  succeeded(unit, sent);
  return reply;
}

Nanos BusSession::patience(const Unit& unit, Nanos start, Nanos deadline) const {
  if (unit.failures < kOutage || unit.failures % kFullEvery == 0 || unit.slowest == 0) {
    return deadline;
  }
  const bool siblings = std::ranges::any_of(units_, [&](const auto& entry) {
    const Unit& other = entry.second;
    return &other != &unit && other.failures == 0 && start - other.last_good < kSiblingFresh;
  });
  if (!siblings) return deadline;
  return std::min(deadline, start + std::max(kLeastPatience, kTimesSlowest * unit.slowest));
}

// Waits out the backoff within the deadline, so that a caller in a loop cannot spin.
Result<void> BusSession::ensure_open(Nanos deadline) {
  if (link_->is_open() && !link_->drains() && !link_->quiet()) {
    // The peer closed while idle, which is normal, or sent what nobody asked for.
    const std::lock_guard lock(mutex_);
    ++counters_.idle_drops;
    link_->close();
  }
  if (link_->is_open()) return {};
  if (clock_.boot_ns() < next_attempt_) {
    if (!wait_(std::min(next_attempt_, deadline))) {
      return Error{Errc::cancelled, "the bus was stopped"};
    }
    if (clock_.boot_ns() < next_attempt_) return last_failure_;
  }
  if (auto opened = link_->open(deadline); !opened) {
    {
      const std::lock_guard lock(mutex_);
      ++counters_.refused_connects;
    }
    give_up_link(opened.error());
    return opened.error();
  }
  // Whoever used the line before may have left a reply on its way.
  if (link_->drains()) suspect_ = clock_.boot_ns();
  const std::lock_guard lock(mutex_);
  ++counters_.reconnects;
  ++connections_;
  return {};
}

Result<void> BusSession::settle(Unit& unit, Nanos deadline) {
  if (!link_->drains()) return {};
  if (suspect_ == 0 && !link_->quiet()) {
    count(unit, [](BusCounters& c) { ++c.idle_drops; });
    suspect_ = clock_.boot_ns();
  }
  const Nanos since = std::max(suspect_, unit.suspect);
  if (since == 0) return {};
  const auto drained = link_->drain(since + connect_.quiet, connect_.quiet, deadline, heard_);
  if (!drained) {
    if (drained.error().code != Errc::timeout) {
      give_up_link(drained.error());
    } else if (!heard_.empty()) {
      suspect_ = std::max(suspect_, link_->last_heard());  // the next call goes on from here
    }
    return drained.error();
  }
  note_late_replies();
  suspect_ = 0;
  const Nanos silent_since = clock_.boot_ns() - connect_.quiet;
  for (auto& [number, each] : units_) {
    if (each.suspect <= silent_since) each.suspect = 0;
  }
  unit.suspect = 0;
  return {};
}

void BusSession::note_late_replies() {
  if (heard_.empty()) return;
  for (auto& [number, unit] : units_) {
    if (unit.suspect == 0 || !check_rtu_reply(unit.unanswered, heard_)) continue;
    count(unit, [](BusCounters& c) { ++c.late_replies; });
  }
  heard_.clear();
}

void BusSession::succeeded(Unit& unit, Nanos sent) {
  const Nanos took = link_->last_heard() - sent;
  unit.slowest = std::max(took, unit.slowest - unit.slowest / 64);
  unit.last_good = link_->last_heard();
  unit.failures = 0;
  failures_ = 0;
}

void BusSession::failed(Unit& unit, const RequestBody& body, Nanos sent, const Error& error) {
  if (++unit.failures == kOutage) {
    const std::lock_guard lock(mutex_);
    ++unit.outages;
  }
  unit.suspect = clock_.boot_ns();
  unit.unanswered = body;
  if (!link_->drains() || error.code == Errc::io) return give_up_link(error);
  // Silence concerns the unit alone: if its reply comes into a sibling's transaction, that one sees
  // the wrong unit. Anything heard puts the whole line in doubt.
  if (link_->last_heard() >= sent || error.code != Errc::timeout) suspect_ = unit.suspect;
  last_failure_ = error;
  if (++failures_ % kOutage == 0) link_->close();  // a dead adapter need not say that it is dead
}

void BusSession::give_up_link(const Error& error) {
  link_->close();
  heard_.clear();
  last_failure_ = error;
  // The first failure after a success tries again at once: a stalled peer may just have resumed.
  const int doublings = std::min(failures_, 7);
  Nanos wait = failures_ == 0 ? 0 : std::min(kLastBackoff, kFirstBackoff << (doublings - 1));
  ++failures_;
  wait += wait > 0 ? std::uniform_int_distribution<Nanos>(0, wait / 5)(random_) : 0;
  next_attempt_ = clock_.boot_ns() + wait;
}

Error BusSession::named(Error error) const {
  if (error.file.empty()) error.file = connect_.endpoint();
  return error;
}

template <class Change>
void BusSession::count(Unit& unit, const Change& change) {
  const std::lock_guard lock(mutex_);
  change(counters_);
  change(unit.counters);
}

BusCounters BusSession::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

BusCounters BusSession::counters(std::uint8_t unit) const {
  const std::lock_guard lock(mutex_);
  const auto found = units_.find(unit);
  BusCounters own = found == units_.end() ? BusCounters{} : found->second.counters;
  own.reconnects = counters_.reconnects;  // the connection is everybody's
  own.refused_connects = counters_.refused_connects;
  return own;
}

std::uint64_t BusSession::connection(std::uint8_t unit) const {
  const std::lock_guard lock(mutex_);
  const auto found = units_.find(unit);
  return connections_ + (found == units_.end() ? 0 : found->second.outages);
}

}  // namespace soakrig::instruments
