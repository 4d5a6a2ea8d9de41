// SPDX-License-Identifier: Apache-2.0
//
// A bounded queue between threads: the only way samples cross from one to another. Full means
// backpressure (push waits) or refusal (try_push says no); nothing is ever dropped in silence.
// Thread-safe for any number of producers and consumers.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace soakrig {

template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  // False when full or closed; `item` is then untouched.
  [[nodiscard]] bool try_push(T& item) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || items_.size() >= capacity_) return false;
      items_.push_back(std::move(item));
    }
    not_empty_.notify_one();
    return true;
  }

  // Waits for room. False only when closed.
  bool push(T item) {
    {
      std::unique_lock lock(mutex_);
      not_full_.wait(lock, [&] { return closed_ || items_.size() < capacity_; });
      if (closed_) return false;
      items_.push_back(std::move(item));
    }
    not_empty_.notify_one();
    return true;
  }

  // Everything queued, waiting at most until `deadline` for the first. Empty = time-out or closed.
  template <class TimePoint>
  [[nodiscard]] std::vector<T> pop_all_until(TimePoint deadline) {
    std::vector<T> out;
    {
      std::unique_lock lock(mutex_);
      not_empty_.wait_until(lock, deadline, [&] { return closed_ || !items_.empty(); });
      out.reserve(items_.size());
      for (auto& item : items_) out.push_back(std::move(item));
      items_.clear();
    }
    not_full_.notify_all();
    return out;
  }

  // Nothing more goes in; what is in can still be taken out. Wakes everybody.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    not_empty_.notify_all();
    not_full_.notify_all();
  }

  [[nodiscard]] bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable not_empty_, not_full_;
  std::deque<T> items_;
  std::size_t capacity_;
  bool closed_ = false;
};

}  // namespace soakrig
