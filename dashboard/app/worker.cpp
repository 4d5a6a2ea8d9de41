// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/worker.hpp"

#include <utility>

namespace soakrig::dashboard {

Worker::Worker(const Clock& clock, std::function<void()> wake)
    : answerer_(clock, &judge_), wake_(std::move(wake)), thread_([this] { run(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    newer_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Worker::ask(Query query) {
  {
    const std::lock_guard lock(mutex_);
    waiting_ = std::move(query);
    newer_ = true;
  }
  changed_.notify_all();
}

std::shared_ptr<const Answer> Worker::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(ready_, nullptr);
}

bool Worker::next(Query& query) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ending_ || waiting_; });
  if (ending_) return false;
  query = std::move(*waiting_);
  waiting_.reset();
  newer_ = false;
  return true;
}

void Worker::deliver(Answer answer) {
  {
    const std::lock_guard lock(mutex_);
    ready_ = std::make_shared<const Answer>(std::move(answer));
  }
  wake_();
}

void Worker::run() {
  const auto abandoned = [this] { return newer_.load(); };
  for (Query query; next(query);) {
    Answer answer = answerer_.answer(query, abandoned);
    // What was abandoned half-way is still worth showing when it has models; speeds are told
    // partial.
    deliver(std::move(answer));
    while (!abandoned() && answerer_.improve(query)) deliver(answerer_.answer(query, abandoned));
  }
}

}  // namespace soakrig::dashboard
