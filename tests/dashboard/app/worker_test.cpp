// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/worker.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "tests/support/dashboard_run.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

namespace {

// Lets a test wait for answers without sleeping.
class Bell {
 public:
  void ring() {
    const std::lock_guard lock(mutex_);
    ++rung_;
    changed_.notify_all();
  }
  [[nodiscard]] bool wait_beyond(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), [&] { return rung_ > count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int rung_ = 0;
};

}  // namespace

TEST_CASE("The worker answers off the caller's thread, and the newest query wins") {
  const test::WatchedRun stored;
  const SystemClock clock;
  Bell bell;
  Worker worker(clock, [&] { bell.ring(); });
  Query query;
  query.runs = {stored.path};
  for (std::size_t i = 1; i <= 50; ++i) {
    query.columns = 100 + i;
    worker.ask(query);
  }
  std::shared_ptr<const Answer> answer;
  for (int seen = 0; !answer || answer->query.columns != 150; ++seen) {
    REQUIRE(bell.wait_beyond(seen));
    if (auto next = worker.take()) answer = next;
  }
  CHECK(answer->runs[0].model->name == "watched");
  CHECK(answer->plots[0].size() == 4);
  CHECK(worker.take() == nullptr);
}

TEST_CASE("A worker ends while it is asked things") {
  const test::WatchedRun stored;
  const SystemClock clock;
  for (int i = 0; i < 5; ++i) {
    Worker worker(clock, [] {});
    Query query;
    query.runs = {stored.path};
    worker.ask(query);
  }
  SUCCEED("none hung");
}
