// SPDX-License-Identifier: Apache-2.0
#include "workloads/hybrid/wan_proxy.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <set>
#include <thread>
#include <utility>

#include "workloads/hybrid/token_bucket.hpp"
#include "workloads/openai/http_connection_inl.hpp"

namespace soakrig::workloads {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Code = boost::system::error_code;

constexpr std::size_t kMostChunk = 16 * 1024, kLeastChunk = 1448;
constexpr std::size_t kMostHeld = 1u << 20;  // of a direction of a connection
constexpr std::size_t kMostConnections = 4096;
constexpr double kChunkTime = 0.02;    // s: a change of the rate is followed as quickly
constexpr double kBurst = 4 * 1448;    // bytes that may follow each other at once; likewise the
constexpr double kBurstTime = 0.005;   // rate's bytes of so many seconds
constexpr Nanos kLongestWait = kHour;  // a timer is set again after it

struct Direction {
  explicit Direction(asio::io_context& context) : leaving(context), arriving(context) {}
  struct Chunk {
    std::string bytes;  // none: the sender has ended
    Nanos due = 0;
  };
  asio::steady_timer leaving, arriving;
  std::deque<Chunk> on_way;
  std::size_t held = 0;
  Nanos last_due = 0;
  bool delivering = false, waits_for_room = false, ended = false;
};

struct Counters {
  std::atomic<std::uint64_t> up_bytes{0}, down_bytes{0}, connections{0}, reset{0};
};

// What connections share; used by the proxy's thread.
struct Road {
  Road(const WanSettings& settings, Nanos begun, const Clock& time)
      : clock(time), origin(begun), model(settings) {}
  asio::io_context context{1};
  const Clock& clock;
  Nanos origin;
  WanModel model;
  TokenBucket up{kBurst, kBurstTime}, down{kBurst, kBurstTime};
  Counters counters;
  Endpoints server;

  const LinkState& state() { return model.at(std::max<Nanos>(0, now())); }
  [[nodiscard]] Nanos now() const { return clock.boot_ns() - origin; }
};

class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(Road& road, tcp::socket near, std::uint64_t seed)
      : road_(road),
        near_(std::move(near)),
        far_(road.context),
        up_(road.context),
        down_(road.context),
        delay_up_(seed * 2),
        delay_down_(seed * 2 + 1) {}

  void open() {
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
  void reset() {
    if (closed_) return;
    for (tcp::socket* socket : {&near_, &far_}) {
      Code ignored;
      socket->set_option(asio::socket_base::linger(true, 0), ignored);
    }
    close();
  }
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  bool is_up(const Direction& d) const { return &d == &up_; }

  void close() {
    closed_ = true;
    Code ignored;
    near_.close(ignored);
    far_.close(ignored);
    for (Direction* d : {&up_, &down_}) {
      d->leaving.cancel();
      d->arriving.cancel();
    }
  }

  void at(asio::steady_timer& timer, Nanos when, std::function<void()> then) {
    const Nanos wait = std::clamp<Nanos>(when - road_.now(), 0, kLongestWait);
    timer.expires_after(std::chrono::nanoseconds(wait));
    timer.async_wait([self = shared_from_this(), then = std::move(then)](const Code& error) {
      if (!error && !self->closed_) then();
    });
  }

  double rate(const Direction& d, const LinkState& state) const {
    return is_up(d) ? state.up_rate : state.down_rate;
  }

  void read(Direction& d) {
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
    from.async_read_some(asio::buffer(*buffer), [self = shared_from_this(), &d, buffer](
                                                    const Code& error, std::size_t got) {
      if (self->closed_) return;
      if (error == asio::error::eof) return self->depart(d, {});
      if (error) return self->reset();
      buffer->resize(got);
      self->depart(d, std::move(*buffer));
    });
  }

  // Onto the link: after what went before it, at its rate, while it moves.
  void depart(Direction& d, std::string bytes) {
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

  void departed(Direction& d, std::string bytes) {
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

  void deliver(Direction& d) {
    if (d.delivering || d.on_way.empty()) return;
    d.delivering = true;
    at(d.arriving, d.on_way.front().due, [this, &d] { arrive(d); });
  }

  void arrive(Direction& d) {
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

  void arrived(Direction& d) {
    d.held -= d.on_way.front().bytes.size();
    d.on_way.pop_front();
    d.delivering = false;
    deliver(d);
    if (std::exchange(d.waits_for_room, false)) read(d);
  }

  Road& road_;
  tcp::socket near_, far_;
  Direction up_, down_;
  DelayDraw delay_up_, delay_down_;
  bool closed_ = false;
  bool opened_ = false;
};

class Proxy final : public WanProxy {
 public:
  Proxy(const WanSettings& settings, Nanos origin, const Clock& clock)
      : road_(settings, origin, clock),
        refuses_(settings.outage_kind == OutageKind::refuse),
        seed_(settings.seed) {}
  ~Proxy() override {
    asio::post(road_.context, [this] { road_.context.stop(); });
    if (thread_.joinable()) thread_.join();
  }
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  Result<void> start(const HttpUrl& server) {
    auto places = look_up(road_.context, server);
    if (!places) return places.error();
    road_.server = std::move(*places);
    // Bound, and never listening: it keeps the port while an outage has closed the other one.
    Code error;
    for (tcp::acceptor* each : {&keeper_, &acceptor_}) {
      if (!error) each->open(tcp::v4(), error);
      if (!error) each->set_option(tcp::acceptor::reuse_address(true), error);
      if (!error) each->bind({asio::ip::address_v4::loopback(), port_}, error);
      if (!error) port_ = each->local_endpoint(error).port();
    }
    if (!error) acceptor_.listen(4096, error);
    if (error) return Error{Errc::io, "no port for the link's emulator: " + error.message(), ""};
    accept();
    watch();
    thread_ = std::thread([this] { road_.context.run(); });
    return {};
  }

  std::uint16_t port() const override { return port_; }
  WanCounts counts() const override {
    const auto read = [](const std::atomic<std::uint64_t>& c) {
      return c.load(std::memory_order_relaxed);
    };
    const Counters& c = road_.counters;
    return {read(c.up_bytes), read(c.down_bytes), read(c.connections), read(c.reset)};
  }

 private:
  // At each change of the link: an outage that refuses closes everything, and its end opens again.
  void watch() {
    const LinkState& state = road_.state();
    if (refuses_ && state.up != listening_) {
      if (state.up) {
        listen();
      } else {
        cut();
      }
    }
    const Nanos wait = std::clamp<Nanos>(state.until - road_.now(), 0, kLongestWait);
    watch_.expires_after(std::chrono::nanoseconds(wait));
    watch_.async_wait([this](const Code& error) {
      if (!error) watch();
    });
  }

  void cut() {
    listening_ = false;
    Code ignored;
    acceptor_.close(ignored);
    watch_accept_.cancel();
    for (const auto& link : links_) {
      if (link->closed()) continue;
      link->reset();
      road_.counters.reset.fetch_add(1, std::memory_order_relaxed);
    }
    links_.clear();
  }

  void listen() {
    Code error;
    acceptor_.open(tcp::v4(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind({asio::ip::address_v4::loopback(), port_}, error);
    if (!error) acceptor_.listen(4096, error);
    if (error) {
      acceptor_.close(error);
      return;  // the next change tries again
    }
    listening_ = true;
    accept();
  }

  void accept() {
    acceptor_.async_accept([this](const Code& error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;  // an outage closed it
      if (error) return accept_later();                     // no file is left, say
      std::erase_if(links_, [](const auto& link) { return link->closed(); });
      auto link = std::make_shared<Link>(road_, std::move(socket), seed_ * 1'000'003 + ++made_);
      if (links_.size() >= kMostConnections) {
        link->reset();
      } else {
        road_.counters.connections.fetch_add(1, std::memory_order_relaxed);
        links_.insert(link);
        link->open();
      }
      accept();
    });
  }

  void accept_later() {
    watch_accept_.expires_after(std::chrono::milliseconds(50));
    watch_accept_.async_wait([this](const Code& error) {
      if (!error && listening_) accept();
    });
  }

  Road road_;
  bool refuses_, listening_ = true;
  std::uint64_t seed_, made_ = 0;
  std::uint16_t port_ = 0;
  tcp::acceptor keeper_{road_.context}, acceptor_{road_.context};
  asio::steady_timer watch_{road_.context}, watch_accept_{road_.context};
  std::set<std::shared_ptr<Link>> links_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<WanProxy>> start_wan_proxy(const HttpUrl& server,
                                                  const WanSettings& settings, Nanos origin,
                                                  const Clock& clock) {
  if (const auto good = check_wan(settings); !good) return good.error();
  auto proxy = std::make_unique<Proxy>(settings, origin, clock);
  if (const auto started = proxy->start(server); !started) return started.error();
  return std::unique_ptr<WanProxy>(std::move(proxy));
}

}  // namespace soakrig::workloads
