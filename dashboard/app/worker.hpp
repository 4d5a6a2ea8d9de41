// SPDX-License-Identifier: Apache-2.0
//
// The thread that reads. One query at a time, the newest wins: one that is under way is abandoned
// when another comes. Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "dashboard/app/answerer.hpp"

namespace soakrig::dashboard {

class Worker {
 public:
  // `wake` is called on the worker's thread when an answer is ready; clock and wake must outlive
  // it.
  Worker(const Clock& clock, std::function<void()> wake);
  ~Worker();  // abandons what is under way
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void ask(Query query);
  // The newest answer, if there is one that was not taken yet.
  [[nodiscard]] std::shared_ptr<const Answer> take();

 private:
  void run();
  // Waits for a query; false when it is to end.
  bool next(Query& query);
  void deliver(Answer answer);

  BackgroundJudge judge_;
  Answerer answerer_;
  std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Query> waiting_;
  std::shared_ptr<const Answer> ready_;
  std::atomic<bool> newer_{false};  // a query waits, or the end
  bool ending_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace soakrig::dashboard
