// SPDX-License-Identifier: Apache-2.0
//
// Collects what an instrument says, and waits for what a test expects of it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <vector>

#include "rig/instruments/instrument.hpp"

namespace soakrig::test {

class InstrumentLog {
 public:
  [[nodiscard]] instruments::InstrumentSink sink() {
    return {[this](const Batch& batch) {
              const std::lock_guard lock(mutex_);
              rows_.push_back(batch);
              changed_.notify_all();
            },
            [this](const Event& event) {
              const std::lock_guard lock(mutex_);
              events_.push_back(event);
              changed_.notify_all();
            }};
  }
  // The first row that `wanted` accepts; an empty batch after 20 s.
  [[nodiscard]] Batch row(const std::function<bool(const Batch&)>& wanted) {
    return first(rows_, wanted);
  }
  [[nodiscard]] Event event(const std::function<bool(const Event&)>& wanted) {
    return first(events_, wanted);
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    rows_.clear();
    events_.clear();
  }

 private:
  template <class T>
  T first(const std::vector<T>& list, const std::function<bool(const T&)>& wanted) {
    std::unique_lock lock(mutex_);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (std::size_t seen = 0;;) {
      for (; seen < list.size(); ++seen) {
        if (wanted(list[seen])) return list[seen];
      }
      if (changed_.wait_until(lock, until) == std::cv_status::timeout) return T{};
      seen = std::min(seen, list.size());
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Batch> rows_;
  std::vector<Event> events_;
};

// Waits for an order's answer.
class Answer {
 public:
  [[nodiscard]] instruments::Done done() {
    return [promise = promise_](Result<void> result) { promise->set_value(result); };
  }
  [[nodiscard]] Result<void> get() { return promise_->get_future().get(); }

 private:
  std::shared_ptr<std::promise<Result<void>>> promise_ =
      std::make_shared<std::promise<Result<void>>>();
};

}  // namespace soakrig::test
