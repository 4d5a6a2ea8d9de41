// SPDX-License-Identifier: Apache-2.0
#include "workloads/frames/frame_stream.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <limits>
#include <utility>

#include "rig/base/fd.hpp"

namespace soakrig::workloads {

namespace {

std::string row_sum(const GemmMismatch& wrong, double sum) {
  char text[80];
  std::snprintf(text, sizeof text, "row %zu %.17g", wrong.row, sum);
  return text;
}

}  // namespace

FrameStream::FrameStream(const StreamPlan& plan, const Clock& clock)
    : plan_(plan), clock_(clock), pool_(1) {}

Result<std::unique_ptr<FrameStream>> FrameStream::make(const StreamPlan& plan,
                                                       const Kernels& kernels, const Clock& clock) {
  std::unique_ptr<FrameStream> out(new FrameStream(plan, clock));
  auto gemm = Gemm::make(kernels, plan.precision, plan.shape, plan.seed, out->pool_);
  if (!gemm) return gemm.error();
  out->gemm_ = std::move(*gemm);
  while (!out->gemm_->step(out->pool_)) {  // warm
  }
  return out;
}

FrameStream::~FrameStream() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void FrameStream::start(Nanos first_due) {
  // Signals are the program's: a stream never sees one.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this, first_due] { run(first_due); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void FrameStream::pause(bool paused) {
  const std::lock_guard lock(mutex_);
  paused_ = paused;
  wake_.notify_all();
}

void FrameStream::corrupt(bool lowest_bit) {
  const std::lock_guard lock(mutex_);
  corrupt_ = lowest_bit;
}

StreamCounts FrameStream::take() {
  const std::lock_guard lock(mutex_);
  StreamCounts out = counts_;
  counts_.began.clear();
  counts_.ended.clear();
  counts_.checks.clear();
  return out;
}

char FrameStream::thread_state() const {
  int id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = thread_id_;
  }
  const auto stat = read_file("/proc/self/task/" + std::to_string(id) + "/stat", 4096);
  const std::size_t end = stat ? stat->rfind(") ") : std::string::npos;
  return end == std::string::npos || end + 2 >= stat->size() ? '?' : (*stat)[end + 2];
}

bool FrameStream::wait_for(FramePacer& pacer, Nanos stalls_at) {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const Nanos now = clock_.boot_ns();
    if (now >= stalls_at || paused_) {
      wake_.wait_for(lock, std::chrono::milliseconds(100));
      const Nanos before = pacer.due();
      pacer.skip_to(clock_.boot_ns());
      // Frames go on to come while a stream stands still; in a rest none does.
      if (!paused_) {
        counts_.missed += static_cast<std::uint64_t>((pacer.due() - before) / plan_.period);
      }
      continue;
    }
    if (now >= pacer.due()) return true;
    wake_.wait_for(lock, std::chrono::nanoseconds(pacer.due() - now));
  }
  return false;
}

void FrameStream::wait_as_if_locked_out() {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::nanoseconds(plan_.deadline), [this] { return ending_; });
}

std::optional<Verification> FrameStream::compute(std::uint64_t frame) {
  while (!gemm_->step(pool_)) {
  }
  if (plan_.check_every == 0 || frame % plan_.check_every != 0) return std::nullopt;
  const auto wrong = gemm_->check(pool_);
  if (!wrong) return Verification{true, "", ""};
  return Verification{false, row_sum(*wrong, wrong->expected), row_sum(*wrong, wrong->got)};
}

void FrameStream::run(Nanos first_due) {
  {
    const std::lock_guard lock(mutex_);
    thread_id_ = static_cast<int>(::gettid());
  }
  if (plan_.nice > 0) ::setpriority(PRIO_PROCESS, 0, plan_.nice);  // of this thread alone
  const Nanos stalls_at =
      plan_.stall_at ? first_due + *plan_.stall_at : std::numeric_limits<Nanos>::max();
  FramePacer pacer(first_due, plan_.period, plan_.deadline);
  for (std::uint64_t frame = 1; wait_for(pacer, stalls_at); ++frame) {
    const Nanos began = clock_.boot_ns();
    if (plan_.late_at && began >= first_due + *plan_.late_at) wait_as_if_locked_out();
    auto check = compute(frame);
    const Nanos ended = clock_.boot_ns();
    const FrameResult result = pacer.finish(began, ended);
    const std::lock_guard lock(mutex_);
    ++counts_.frames;
    counts_.missed += result.dropped + (result.late ? 1 : 0);
    counts_.busy += ended - began;
    if (counts_.began.size() < kMostKept) {
      counts_.began.push_back(result.began_after);
      counts_.ended.push_back(result.ended_after);
    }
    if (check && counts_.checks.size() < kMostKept) counts_.checks.push_back(std::move(*check));
    if (corrupt_) gemm_->flip_bit(*std::exchange(corrupt_, std::nullopt));
  }
}

}  // namespace soakrig::workloads
