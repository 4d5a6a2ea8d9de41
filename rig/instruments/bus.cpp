// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/bus.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "rig/instruments/modbus_link.hpp"

namespace soakrig::instruments {
namespace {

constexpr Nanos kFirstBackoff = 100 * kMillisecond;
constexpr Nanos kLastBackoff = 5 * kSecond;
constexpr std::size_t kMaxQueue = 1024;

struct Transaction {
  RequestBody body;
  Nanos deadline = 0;
  std::uint64_t only_on = 0;
  ModbusBus::Done done;
};

}  // namespace

struct ModbusBus::Impl {
  Impl(const ConnectSpec& spec, const Clock& a_clock)
      : connect(spec), clock(a_clock), link(make_tcp_link(spec, a_clock)) {
    thread = std::thread([this] { run(); });
  }

  // --- any thread --------------------------------------------------------------------------------

  void submit(Result<RequestBody> body, Nanos deadline, std::uint64_t only_on, Done done) {
    if (!body) {
      if (!at(0, [done, error = body.error()] { done(error); })) done(body.error());
      return;
    }
    {
      const std::lock_guard lock(mutex);
      if (!stopping && queue.size() < kMaxQueue) {
        queue.push_back({std::move(*body), deadline, only_on, std::move(done)});
        done = nullptr;
      }
    }
    if (done) done(Error{Errc::cancelled, "the bus is stopping or its queue is full"});
    wake.notify_one();
  }

  bool at(Nanos when, std::function<void()> job) {
    {
      const std::lock_guard lock(mutex);
      if (stopping) return false;
      jobs.emplace(when, std::move(job));
    }
    wake.notify_one();
    return true;
  }

  [[nodiscard]] bool on_bus_thread() const { return std::this_thread::get_id() == thread.get_id(); }

  Result<Reply> now(Result<RequestBody> body, std::uint64_t only_on) {
    if (!body) return body.error();
    const Nanos deadline = clock.boot_ns() + connect.timeout;
    if (on_bus_thread()) return transact(*body, deadline, only_on);
    auto promise = std::make_shared<std::promise<Result<Reply>>>();
    auto answer = promise->get_future();
    submit(std::move(body), deadline, only_on,
           [promise](Result<Reply> r) { promise->set_value(std::move(r)); });
    return answer.get();  // submit always answers: at the deadline, or at the bus's end
  }

  // --- the bus thread ----------------------------------------------------------------------------

  void run() {
    for (;;) {
      std::unique_lock lock(mutex);
      if (stopping) break;
      const Nanos time = clock.boot_ns();
      if (!queue.empty()) {
        Transaction next = std::move(queue.front());
        queue.pop_front();
        lock.unlock();
        next.done(transact(next.body, next.deadline, next.only_on));
        // Work for one unit must not hold up what others have scheduled.
        lock.lock();
      }
      if (!jobs.empty() && jobs.begin()->first <= time) {
        auto job = std::move(jobs.begin()->second);
        jobs.erase(jobs.begin());
        lock.unlock();
        job();
        continue;
      }
      if (!queue.empty() || stopping) continue;
      // Bounded, since boot time runs on through a suspend that the waiting clock does not see.
      const Nanos due = jobs.empty() ? time + kSecond : jobs.begin()->first;
      wake.wait_for(lock, std::chrono::nanoseconds(std::clamp<Nanos>(due - time, 0, kSecond)));
    }
    cancel_all();
    link->close();
  }

  void cancel_all() {
    std::deque<Transaction> rest;
    {
      const std::lock_guard lock(mutex);
      rest.swap(queue);
      jobs.clear();
    }
    for (Transaction& t : rest) t.done(Error{Errc::cancelled, "the bus was stopped"});
  }

  // Waits out the backoff within the deadline, so that a caller in a loop cannot spin.
  Result<void> ensure_open(Nanos deadline) {
    if (link->is_open() && !link->quiet()) {
      // The peer closed while idle, which is normal, or sent what nobody asked for.
      count([](BusCounters& c) { ++c.idle_drops; });
      link->close();
    }
    if (link->is_open()) return {};
    {
      std::unique_lock lock(mutex);
      while (clock.boot_ns() < next_attempt) {
        const Nanos left = std::min(next_attempt, deadline) - clock.boot_ns();
        if (stopping) return Error{Errc::cancelled, "the bus was stopped"};
        if (left <= 0) return last_failure;
        wake.wait_for(lock, std::chrono::nanoseconds(left));
      }
    }
    auto opened = link->open(deadline);
    if (!opened) {
      count([](BusCounters& c) { ++c.refused_connects; });
      failed(opened.error());
      return opened.error();
    }
    count([](BusCounters& c) { ++c.reconnects; });
    const std::lock_guard lock(mutex);
    ++connection;
    return {};
  }

  void failed(const Error& error) {
    link->close();
    const std::lock_guard lock(mutex);
    last_failure = error;
    // The first failure after a success tries again at once: a stalled peer may just have resumed.
    const int doublings = std::min(failures, 7);
    Nanos wait = failures == 0 ? 0 : std::min(kLastBackoff, kFirstBackoff << (doublings - 1));
    ++failures;
    wait += wait > 0 ? std::uniform_int_distribution<Nanos>(0, wait / 5)(random) : 0;
    next_attempt = clock.boot_ns() + wait;
  }

  Result<Reply> transact(const RequestBody& body, Nanos deadline, std::uint64_t only_on) {
    const Nanos start = clock.boot_ns();
    if (start >= deadline) {
      count([](BusCounters& c) { ++c.expired; });
      return Error{Errc::timeout, "the deadline passed before the bus was free"};
    }
    deadline = std::min(deadline, start + connect.timeout);
    if (auto open = ensure_open(deadline); !open) return named(open.error());
    if (only_on != 0 && only_on != connection) {  // only this thread changes it
      return named(
          Error{Errc::cancelled, "the connection was renewed; the device is proven again"});
    }
    auto reply = link->exchange(body, deadline);
    count([&](BusCounters& c) {
      ++c.transactions;
      if (reply && reply->exception != 0) ++c.exceptions;
      if (!reply && reply.error().code == Errc::timeout) ++c.timeouts;
      if (!reply && reply.error().code == Errc::protocol) ++c.bad_replies;
    });
    if (!reply) {
      failed(reply.error());
      return named(reply.error());
    }
    const std::lock_guard lock(mutex);
    failures = 0;
    return reply;
  }

  [[nodiscard]] Error named(Error error) const {
    if (error.file.empty()) error.file = connect.endpoint();
    return error;
  }

  template <class Change>
  void count(const Change& change) {
    const std::lock_guard lock(mutex);
    change(counters);
  }

  const ConnectSpec connect;
  const Clock& clock;

  mutable std::mutex mutex;  // guards all below but the link
  std::condition_variable wake;
  std::deque<Transaction> queue;
  std::multimap<Nanos, std::function<void()>> jobs;
  BusCounters counters;
  std::uint64_t connection = 0;
  int failures = 0;
  Nanos next_attempt = 0;
  Error last_failure;
  std::minstd_rand random{std::random_device{}()};
  bool stopping = false;

  std::unique_ptr<ModbusLink> link;  // bus thread only
  std::thread thread;
};

ModbusBus::ModbusBus(const ConnectSpec& connect, const Clock& clock) {
  if (connect.transport != Transport::tcp) {
    throw Fatal(Error{Errc::unsupported, "this build speaks Modbus over TCP only",
                      "use a tcp:// connect string", connect.endpoint()},
                4);
  }
  impl_ = std::make_unique<Impl>(connect, clock);
}

ModbusBus::~ModbusBus() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  impl_->thread.join();
}

void ModbusBus::read(const ReadRequest& request, Nanos deadline, Done done) {
  impl_->submit(request_body(request), deadline, 0, std::move(done));
}
void ModbusBus::write(const WriteRequest& request, Nanos deadline, Done done) {
  impl_->submit(request_body(request), deadline, 0, std::move(done));
}
bool ModbusBus::at(Nanos when, std::function<void()> job) {
  return impl_->at(when, std::move(job));
}

Result<Reply> ModbusBus::read_now(const ReadRequest& request, std::uint64_t only_on) {
  return impl_->now(request_body(request), only_on);
}
Result<Reply> ModbusBus::write_now(const WriteRequest& request, std::uint64_t only_on) {
  return impl_->now(request_body(request), only_on);
}

BusCounters ModbusBus::counters() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->counters;
}
const ConnectSpec& ModbusBus::connect() const { return impl_->connect; }
std::uint64_t ModbusBus::connection() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->connection;
}

}  // namespace soakrig::instruments
