// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/background_judge.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "results/report/load_run_view.hpp"
#include "results/store/reader.hpp"

namespace soakrig::dashboard {
namespace {

constexpr int kLowPriority = 10;  // nice: less than whatever draws

void give_way(std::vector<analysis::ChannelView>& channels, const std::function<bool()>& cancelled) {
  for (analysis::ChannelView& channel : channels) {
    channel.load = [load = std::move(channel.load), &cancelled](Nanos from, Nanos to) {
      return cancelled() ? analysis::Series() : load(from, to);
    };
  }
}

std::uint64_t most_rows(const analysis::RunView& run) {
  std::uint64_t out = 0;
  const auto look = [&](const std::vector<analysis::ChannelView>& channels) {
    for (const auto& channel : channels) {
      if (channel.period > 0)
        out = std::max(out, static_cast<std::uint64_t>(run.now / channel.period));
    }
  };
  look(run.rig);
  for (const analysis::BoardView& board : run.boards) look(board.channels);
  return out;
}

}  // namespace

Result<analysis::Judgement> judge_now(const std::string& path,
                                      const std::function<bool()>& cancelled) {
  const auto reader = store::Reader::open(path);
  if (!reader) return reader.error();
  auto loaded = report::load_run_view(*reader);
  if (!loaded) return loaded.error();
  if (most_rows(loaded->view) > kMostJudgedRows) {
    return Error{Errc::unsupported, "too long to be judged beside its views", "soakrig show judges it",
                 path};
  }
  give_way(loaded->view.rig, cancelled);
  for (analysis::BoardView& board : loaded->view.boards) give_way(board.channels, cancelled);
  analysis::Judgement judgement = analysis::judge(loaded->view);
  if (cancelled()) return Error{Errc::cancelled, "given up", "", path};
  return judgement;
}

BackgroundJudge::~BackgroundJudge() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool BackgroundJudge::ask(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (busy_ || done_) return false;
  busy_ = true;
  wanted_ = path;
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  changed_.notify_all();
  return true;
}

std::optional<BackgroundJudge::Done> BackgroundJudge::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(done_, std::nullopt);
}

void BackgroundJudge::run() {
  // Of this thread alone, as Linux has it. Without the right to it, it is merely not so low.
  static_cast<void>(
      ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kLowPriority));
  const SystemClock clock;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || wanted_; });
    if (ending_) return;
    const std::string path = *std::exchange(wanted_, std::nullopt);
    lock.unlock();
    const Nanos begin = clock.boot_ns();
    auto judgement = judge_now(path, [this] { return ending_.load(); });
    const Nanos took = clock.boot_ns() - begin;
    lock.lock();
    done_.emplace(Done{path, std::move(judgement), took});
    busy_ = false;
  }
}

}  // namespace soakrig::dashboard
