// SPDX-License-Identifier: Apache-2.0
#include "results/store/write_queue.hpp"

#include <iterator>
#include <utility>

namespace soakrig::store {

std::size_t WriteItem::cost() const {
  std::size_t bytes = sizeof(WriteItem);
  if (const auto* rows = std::get_if<AddRows>(&what)) {
    bytes += rows->batch.values.size() * sizeof(double) + rows->batch.states.size() +
             rows->batch.taken.size() * sizeof(Nanos);
  } else if (const auto* event = std::get_if<AddEvent>(&what)) {
    bytes += event->event.body.size();
  }
  return bytes;
}

bool WriteQueue::refused(const WriteItem& item) const {
  return closed_ || (refuse_rows_ && std::holds_alternative<AddRows>(item.what));
}

// One item always fits into an empty queue, however large it is.
bool WriteQueue::has_room(std::size_t cost) const {
  return refuse_rows_ || items_.empty() || held_ + cost <= capacity_;
}

void WriteQueue::put(WriteItem&& item, std::size_t cost) {
  items_.push_back(std::move(item));
  held_ += cost;
  not_empty_.notify_one();
}

bool WriteQueue::push(WriteItem&& item) {
  const std::size_t cost = item.cost();
  std::unique_lock lock(mutex_);
  not_full_.wait(lock, [&] { return refused(item) || has_room(cost); });
  if (refused(item)) return false;
  put(std::move(item), cost);
  return true;
}

bool WriteQueue::try_push(WriteItem& item) {
  const std::size_t cost = item.cost();
  const std::lock_guard lock(mutex_);
  if (refused(item) || !has_room(cost)) return false;
  put(std::move(item), cost);
  return true;
}

bool WriteQueue::push_always(WriteItem&& item) {
  const std::size_t cost = item.cost();
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  put(std::move(item), cost);
  return true;
}

std::vector<WriteItem> WriteQueue::pop_all_until(std::chrono::steady_clock::time_point deadline) {
  std::vector<WriteItem> out;
  {
    std::unique_lock lock(mutex_);
    not_empty_.wait_until(lock, deadline, [&] { return closed_ || !items_.empty(); });
    out.assign(std::make_move_iterator(items_.begin()), std::make_move_iterator(items_.end()));
    items_.clear();
    held_ = 0;
  }
  not_full_.notify_all();
  return out;
}

void WriteQueue::refuse_rows() {
  {
    const std::lock_guard lock(mutex_);
    refuse_rows_ = true;
  }
  not_full_.notify_all();
}

void WriteQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  not_empty_.notify_all();
  not_full_.notify_all();
}

bool WriteQueue::closed_and_empty() const {
  const std::lock_guard lock(mutex_);
  return closed_ && items_.empty();
}

}  // namespace soakrig::store
