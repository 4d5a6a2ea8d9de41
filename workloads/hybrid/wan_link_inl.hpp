// SPDX-License-Identifier: Apache-2.0
//
// One connection through the emulated link (wan_proxy.hpp), and what all of them share. Included by
// the .cpp files of the emulator, which know Asio; used by the emulator's thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "rig/base/time.hpp"
#include "workloads/hybrid/token_bucket.hpp"
#include "workloads/hybrid/wan_model.hpp"
#include "workloads/openai/http_connection_inl.hpp"

namespace soakrig::workloads {

struct WanCounters {
  std::atomic<std::uint64_t> up_bytes{0}, down_bytes{0}, connections{0}, reset{0};
};

// What connections share.
struct WanRoad {
  WanRoad(const WanSettings& settings, Nanos begun, const Clock& time)
      : clock(time), origin(begun), model(settings) {}
  boost::asio::io_context context{1};
  const Clock& clock;
  Nanos origin;
  WanModel model;
  // Bytes that may follow each other at once: four packets, or the rate's of 5 ms.
  TokenBucket up{4 * 1448, 0.005}, down{4 * 1448, 0.005};
  WanCounters counters;
  Endpoints server;

  const LinkState& state() { return model.at(std::max<Nanos>(0, now())); }
  [[nodiscard]] Nanos now() const { return clock.boot_ns() - origin; }
};

// Held by its own operations until it is closed. The road is borrowed.
class WanLink : public std::enable_shared_from_this<WanLink> {
 public:
  WanLink(WanRoad& road, boost::asio::ip::tcp::socket near, std::uint64_t seed);

  // Connects to the server, and carries bytes both ways from then on.
  void open();
  // Both ends see a connection that was reset.
  void reset();
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  struct Direction {
    explicit Direction(boost::asio::io_context& context) : leaving(context), arriving(context) {}
    struct Chunk {
      std::string bytes;  // none: the sender has ended
      Nanos due = 0;
    };
    boost::asio::steady_timer leaving, arriving;
    std::deque<Chunk> on_way;
    std::size_t held = 0;
    Nanos last_due = 0;
    bool delivering = false, waits_for_room = false, ended = false;
  };

  [[nodiscard]] bool is_up(const Direction& d) const { return &d == &up_; }
  [[nodiscard]] double rate(const Direction& d, const LinkState& state) const;
  void close();
  void at(boost::asio::steady_timer& timer, Nanos when, std::function<void()> then);
  void read(Direction& d);
  void depart(Direction& d, std::string bytes);
  void departed(Direction& d, std::string bytes);
  void deliver(Direction& d);
  void arrive(Direction& d);
  void arrived(Direction& d);

  WanRoad& road_;
  boost::asio::ip::tcp::socket near_, far_;
  Direction up_, down_;
  DelayDraw delay_up_, delay_down_;
  bool closed_ = false;
  bool opened_ = false;
};

}  // namespace soakrig::workloads
