// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <utility>

#include "workloads/hybrid/wan_link_inl.hpp"

namespace soakrig::workloads {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Code = boost::system::error_code;

constexpr std::size_t kMostChunk = 16 * 1024, kLeastChunk = 1448;
constexpr std::size_t kMostHeld = 1u << 20;  // of a direction of a connection
constexpr double kChunkTime = 0.02;          // s: a change of the rate is followed as quickly
constexpr Nanos kLongestWait = kHour;        // a timer is set again after it

}  // namespace

WanLink::WanLink(WanRoad& road, tcp::socket near, std::uint64_t seed)
    : road_(road),
      near_(std::move(near)),
      far_(road.context),
      up_(road.context),
      down_(road.context),
      delay_up_(seed * 2),
      delay_down_(seed * 2 + 1) {}

void WanLink::open() {
  asio::async_connect(far_, road_.server, [self = shared_from_this()](const Code& error, auto&&) {
    if (self->closed_) return;
    if (error) return self->reset();
    Code ignored;
    self->near_.set_option(tcp::no_delay(true), ignored);
    self->far_.set_option(tcp::no_delay(true), ignored);
    // TCP's opening takes a round trip of the link before the first byte may leave.
    self->up_.last_due = self->road_.now() + self->delay_up_.round_trip(self->road_.state());
    self->read(self->up_);
    self->read(self->down_);
  });
}

// Both ends see a connection that was reset.
void WanLink::reset() {
  if (closed_) return;
  for (tcp::socket* socket : {&near_, &far_}) {
    Code ignored;
    socket->set_option(asio::socket_base::linger(true, 0), ignored);
  }
  close();
}

void WanLink::close() {
  closed_ = true;
  Code ignored;
  near_.close(ignored);
  far_.close(ignored);
  for (Direction* d : {&up_, &down_}) {
    d->leaving.cancel();
    d->arriving.cancel();
  }
}

void WanLink::at(asio::steady_timer& timer, Nanos when, std::function<void()> then) {
  const Nanos wait = std::clamp<Nanos>(when - road_.now(), 0, kLongestWait);
  timer.expires_after(std::chrono::nanoseconds(wait));
  timer.async_wait([self = shared_from_this(), then = std::move(then)](const Code& error) {
    if (!error && !self->closed_) then();
  });
}

double WanLink::rate(const Direction& d, const LinkState& state) const {
  return is_up(d) ? state.up_rate : state.down_rate;
}

void WanLink::read(Direction& d) {
  if (d.held >= kMostHeld) {
    d.waits_for_room = true;
    return;
  }
  const double limit = rate(d, road_.state());
  const std::size_t most = limit <= 0 ? kMostChunk
                                      : std::clamp(static_cast<std::size_t>(limit * kChunkTime),
                                                   kLeastChunk, kMostChunk);
  auto buffer = std::make_shared<std::string>(most, '\0');
  tcp::socket& from = is_up(d) ? near_ : far_;
  from.async_read_some(asio::buffer(*buffer),
                       [self = shared_from_this(), &d, buffer](const Code& error, std::size_t got) {
                         if (self->closed_) return;
                         if (error == asio::error::eof) return self->depart(d, {});
                         if (error) return self->reset();
                         buffer->resize(got);
                         self->depart(d, std::move(*buffer));
                       });
}

// Onto the link: after what went before it, at its rate, while it moves.
void WanLink::depart(Direction& d, std::string bytes) {
  const LinkState& state = road_.state();
  const Nanos now = road_.now();
  if (!state.moves()) {
    return at(d.leaving, state.until,
              [this, &d, bytes = std::move(bytes)]() mutable { depart(d, std::move(bytes)); });
  }
  TokenBucket& bucket = is_up(d) ? road_.up : road_.down;
  const Nanos when = bytes.empty() ? now : bucket.pass(now, bytes.size(), rate(d, state));
  if (when <= now) return departed(d, std::move(bytes));
  at(d.leaving, when, [this, &d, bytes = std::move(bytes)]() mutable {
    // A link that stopped meanwhile takes them again when it goes on: never more than its rate.
    if (road_.state().moves()) return departed(d, std::move(bytes));
    depart(d, std::move(bytes));
  });
}

void WanLink::departed(Direction& d, std::string bytes) {
  const Nanos now = road_.now();
  const bool end = bytes.empty();
  auto& counter = is_up(d) ? road_.counters.up_bytes : road_.counters.down_bytes;
  counter.fetch_add(bytes.size(), std::memory_order_relaxed);
  DelayDraw& draw = is_up(d) ? delay_up_ : delay_down_;
  // Nothing overtakes. The opening's round trip is in the first `last_due`, before which nothing
  // can have left.
  const Nanos left = is_up(d) && !opened_ ? std::max(now, d.last_due) : now;
  if (is_up(d)) opened_ = true;
  d.last_due = std::max(d.last_due, left + draw.one_way(road_.state(), bytes.size()));
  d.held += bytes.size();
  d.on_way.push_back({std::move(bytes), d.last_due});
  deliver(d);
  if (!end) read(d);
}

void WanLink::deliver(Direction& d) {
  if (d.delivering || d.on_way.empty()) return;
  d.delivering = true;
  at(d.arriving, d.on_way.front().due, [this, &d] { arrive(d); });
}

void WanLink::arrive(Direction& d) {
  const LinkState& state = road_.state();
  if (!state.moves()) return at(d.arriving, state.until, [this, &d] { arrive(d); });
  tcp::socket& to = is_up(d) ? far_ : near_;
  Direction::Chunk& chunk = d.on_way.front();
  if (chunk.bytes.empty()) {
    Code ignored;
    to.shutdown(tcp::socket::shutdown_send, ignored);
    d.on_way.pop_front();
    d.ended = true;
    if (up_.ended && down_.ended) close();
    return;
  }
  asio::async_write(to, asio::buffer(chunk.bytes),
                    [self = shared_from_this(), &d](const Code& error, std::size_t) {
                      if (self->closed_) return;
                      if (error) return self->reset();
                      self->arrived(d);
                    });
}

void WanLink::arrived(Direction& d) {
  d.held -= d.on_way.front().bytes.size();
  d.on_way.pop_front();
  d.delivering = false;
  deliver(d);
  if (std::exchange(d.waits_for_room, false)) read(d);
}

}  // namespace soakrig::workloads
