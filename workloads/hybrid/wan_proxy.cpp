// SPDX-License-Identifier: Apache-2.0
#include "workloads/hybrid/wan_proxy.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <set>
#include <thread>
#include <utility>

#include "workloads/hybrid/wan_link_inl.hpp"

namespace soakrig::workloads {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Code = boost::system::error_code;

constexpr std::size_t kMostConnections = 4096;
constexpr Nanos kLongestWait = kHour;  // a timer is set again after it

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
    const WanCounters& c = road_.counters;
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
      auto link = std::make_shared<WanLink>(road_, std::move(socket), seed_ * 1'000'003 + ++made_);
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

  WanRoad road_;
  bool refuses_, listening_ = true;
  std::uint64_t seed_, made_ = 0;
  std::uint16_t port_ = 0;
  tcp::acceptor keeper_{road_.context}, acceptor_{road_.context};
  asio::steady_timer watch_{road_.context}, watch_accept_{road_.context};
  std::set<std::shared_ptr<WanLink>> links_;
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
