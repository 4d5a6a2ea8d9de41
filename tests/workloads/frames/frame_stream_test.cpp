// SPDX-License-Identifier: Apache-2.0
#include "workloads/frames/frame_stream.hpp"

#include <poll.h>

#include "tests/support/catch.hpp"
#include "workloads/load_options.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

const SystemClock kClock;

std::unique_ptr<FrameStream> stream(Nanos period) {
  const auto kernels = resolve_kernels("");
  REQUIRE(kernels.has_value());
  StreamPlan plan;
  plan.shape = {16, 16, 16};
  plan.period = plan.deadline = period;
  plan.check_every = 1;
  auto made = FrameStream::make(plan, **kernels, kClock);
  REQUIRE(made.has_value());
  return std::move(*made);
}

// Counts of the stream once it has made so many frames.
StreamCounts after(FrameStream& stream, std::uint64_t frames) {
  StreamCounts sum;
  const Nanos until = kClock.boot_ns() + 30 * kSecond;
  while (sum.frames < frames && kClock.boot_ns() < until) {
    ::poll(nullptr, 0, 5);
    StreamCounts part = stream.take();
    for (auto& check : part.checks) sum.checks.push_back(std::move(check));
    sum.began.insert(sum.began.end(), part.began.begin(), part.began.end());
    sum.frames = part.frames;
    sum.busy = part.busy;
  }
  return sum;
}

}  // namespace

TEST_CASE("a stream computes and checks a frame each period") {
  const auto it = stream(5 * kMillisecond);
  it->start(kClock.boot_ns());
  const StreamCounts counts = after(*it, 10);
  REQUIRE(counts.frames >= 10);
  CHECK(counts.busy > 0);
  CHECK(counts.began.size() == counts.frames);
  CHECK(counts.checks.size() == counts.frames);
  for (const Nanos began : counts.began) CHECK(began >= 0);  // never before it is due
  CHECK(it->thread_state() != '?');
}

TEST_CASE("a stream that waits for its next frame ends at once") {
  const auto begin = kClock.boot_ns();
  {
    const auto it = stream(kHour);
    it->start(kClock.boot_ns() + kHour);
  }
  CHECK(kClock.boot_ns() - begin < kMinute);
}
