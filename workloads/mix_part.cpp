// SPDX-License-Identifier: Apache-2.0
#include "workloads/mix_part.hpp"

#include <signal.h>

#include <chrono>
#include <utility>

#include "workloads/kernels/cores.hpp"

namespace soakrig::workloads {
namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

MixPart::MixPart(std::unique_ptr<Workload> workload, std::vector<std::size_t> cores)
    : workload_(std::move(workload)), cores_(std::move(cores)) {}

MixPart::~MixPart() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
}

Result<std::map<std::string, std::string>> MixPart::prepare() {
  auto facts = workload_->prepare();
  if (facts) report_.checks = workload_->verify();
  return facts;
}

void MixPart::go() {
  {
    const std::scoped_lock lock(mutex_);
    running_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) return;
  // Signals belong to the main thread.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::jthread([this] { drive(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void MixPart::halt() {
  std::unique_lock lock(mutex_);
  running_ = false;
  changed_.wait(lock, [this] { return !busy_; });
}

MixPart::Report MixPart::take(Nanos patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::nanoseconds(patience),
                    [this] { return !report_.work.empty(); });
  return std::exchange(report_, {});
}

void MixPart::corrupt(Corruption size) {
  const std::scoped_lock lock(mutex_);
  corruption_ = size;
}

void MixPart::drive() {
  if (!cores_.empty()) static_cast<void>(bind_to_cores(cores_));
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return running_ || ending_; });
    if (ending_) return;
    busy_ = true;
    const auto corruption = std::exchange(corruption_, std::nullopt);
    lock.unlock();
    if (corruption) workload_->corrupt(*corruption);
    Slice slice = workload_->run_slice();
    auto checks = workload_->verify();
    auto notes = workload_->take_notes();
    lock.lock();
    for (const Done& done : slice.done) report_.work[done.kind] += done.amount;
    append(report_.gauges, std::move(slice.gauges));
    append(report_.checks, std::move(checks));
    append(report_.notes, std::move(notes));
    report_.cycles += slice.cycle_ended ? 1 : 0;
    busy_ = false;
    changed_.notify_all();
  }
}

}  // namespace soakrig::workloads
