// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/bus.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <thread>

namespace soakrig::instruments {
namespace {

constexpr std::size_t kMaxQueue = 1024;

struct Transaction {
  RequestBody body;
  Nanos deadline = 0;
  Nanos longest = 0;  // of the transaction itself, once it is its turn
  std::uint64_t only_on = 0;
  ModbusBus::Done done;
};

}  // namespace

struct ModbusBus::Impl {
  Impl(const ConnectSpec& spec, const Clock& a_clock)
      : connect(spec),
        clock(a_clock),
        session(spec, a_clock, [this](Nanos until) { return wait(until); }) {
    thread = std::thread([this] { run(); });
  }

  // --- any thread --------------------------------------------------------------------------------

  void submit(Result<RequestBody> body, Nanos deadline, Nanos longest, std::uint64_t only_on,
              Done done) {
    if (!body) {
      if (!at(0, [done, error = body.error()] { done(error); })) done(body.error());
      return;
    }
    {
      const std::lock_guard lock(mutex);
      if (!stopping && queue.size() < kMaxQueue) {
        queue.push_back({std::move(*body), deadline, longest, only_on, std::move(done)});
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

  Result<Reply> now(Result<RequestBody> body, std::uint64_t only_on, Nanos timeout) {
    if (!body) return body.error();
    const Nanos longest = timeout > 0 ? timeout : connect.timeout;
    const Nanos deadline = clock.boot_ns() + longest;
    if (on_bus_thread()) return session.transact(*body, deadline, only_on);
    auto promise = std::make_shared<std::promise<Result<Reply>>>();
    auto answer = promise->get_future();
    submit(std::move(body), deadline, longest, only_on,
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
        const Nanos deadline = std::min(next.deadline, time + next.longest);
        next.done(session.transact(next.body, deadline, next.only_on));
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
    session.close();
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

  // What the session waits with: ends early when the bus is to stop.
  bool wait(Nanos until) {
    std::unique_lock lock(mutex);
    for (;;) {
      const Nanos left = until - clock.boot_ns();
      if (stopping || left <= 0) return !stopping;
      wake.wait_for(lock, std::chrono::nanoseconds(left));
    }
  }

  const ConnectSpec connect;
  const Clock& clock;

  mutable std::mutex mutex;  // guards all below but the session
  std::condition_variable wake;
  std::deque<Transaction> queue;
  std::multimap<Nanos, std::function<void()>> jobs;
  bool stopping = false;

  BusSession session;  // transacts on the bus thread only
  std::thread thread;
};

ModbusBus::ModbusBus(const ConnectSpec& connect, const Clock& clock)
    : impl_(std::make_unique<Impl>(connect, clock)) {}

ModbusBus::~ModbusBus() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  impl_->thread.join();
}

void ModbusBus::read(const ReadRequest& request, Nanos deadline, Done done) {
  impl_->submit(request_body(request), deadline, impl_->connect.timeout, 0, std::move(done));
}
void ModbusBus::write(const WriteRequest& request, Nanos deadline, Done done) {
  impl_->submit(request_body(request), deadline, impl_->connect.timeout, 0, std::move(done));
}
bool ModbusBus::at(Nanos when, std::function<void()> job) {
  return impl_->at(when, std::move(job));
}

Result<Reply> ModbusBus::read_now(const ReadRequest& request, std::uint64_t only_on,
                                  Nanos timeout) {
  return impl_->now(request_body(request), only_on, timeout);
}
Result<Reply> ModbusBus::write_now(const WriteRequest& request, std::uint64_t only_on,
                                   Nanos timeout) {
  return impl_->now(request_body(request), only_on, timeout);
}

const BusSession& ModbusBus::session() const { return impl_->session; }
const ConnectSpec& ModbusBus::connect() const { return impl_->connect; }

}  // namespace soakrig::instruments
