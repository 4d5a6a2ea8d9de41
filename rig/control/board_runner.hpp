// SPDX-License-Identifier: Apache-2.0
//
// One board during a run: its agent process, the session with it, and where its rows and events go
// (the store, the live limits, the observer). A sick board is its own problem: nothing here waits
// for it, and what it does wrong becomes events under its name.
//
// One thread, that of the io_context.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "results/store/writer.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/board/agent_session.hpp"
#include "rig/board/child_process.hpp"
#include "rig/control/limit_watch.hpp"
#include "rig/control/observer.hpp"

namespace soakrig::control {

// What the engine wants to know of its boards.
struct BoardHooks {
  std::function<void(const Event&)> on_event;          // already stored, run time
  std::function<void(const LimitChange&)> on_limit;
  std::function<void(const std::string& why)> on_lost; // the agent is gone, once
};

class BoardRunner final : public board::SessionSink {
 public:
  // Everything referred to must outlive this. `run_start` is the rig's boot time at run time 0.
  // `metered`: an instrument measures this board, and its reading is board.power; what the board
  // says of itself is then board.power_self. `known`: facts that the rig knows of it; its own win.
  BoardRunner(boost::asio::io_context& io, const BoardSpec& spec, store::Writer& writer,
              const Clock& clock, Nanos run_start, RunObserver& observer, BoardHooks hooks,
              bool metered, std::map<std::string, std::string> known);
  ~BoardRunner() override;

  [[nodiscard]] Result<void> start(const std::vector<std::string>& agent_argv);
  void start_work(const std::vector<WorkloadSpec>& workloads);
  void stop_work();
  void bye();                       // asks the agent to end
  void kill();
  void acknowledge(const store::Cursor& cursor);
  void tick();                      // about ten times a second

  [[nodiscard]] const std::string& name() const { return spec_.name; }
  [[nodiscard]] bool greeted() const { return session_.greeted(); }
  [[nodiscard]] bool lost() const { return lost_; }
  [[nodiscard]] bool ended() const { return !child_ || !child_->running(); }
  // Every workload that was started has said ready, or is down for good.
  [[nodiscard]] bool work_ready() const;
  // Workloads were started, and all of them are down for good.
  [[nodiscard]] bool work_dead() const;

 private:
  void on_hello(const agent::Hello& hello) override;
  void on_source(std::uint32_t source, const SourceInfo& info) override;
  void on_batch(Batch batch, std::uint64_t seq) override;
  void on_event(Event event, std::uint64_t seq) override;
  void on_clock(const ClockAnchor& anchor) override;
  void on_protocol_fault(const Error& error, bool fatal) override;
  void lose(const std::string& why, Blame blame);
  void store_own(std::string_view kind, Severity severity, std::string body);
  void note_work(const Event& event);
  bool store_batch(store::SourceId id, Batch& batch, const store::Cursor& cursor);
  [[nodiscard]] store::Cursor cursor(std::uint64_t seq) const;

  struct Source {
    store::SourceId id = 0;
    SourceInfo info;
  };
  struct Waiting {  // what the store had no room for
    store::SourceId id = 0;
    Batch batch;
    store::Cursor cursor;
  };

  boost::asio::io_context& io_;
  const BoardSpec& spec_;
  store::Writer& writer_;
  const Clock& clock_;
  Nanos run_start_;
  RunObserver& observer_;
  BoardHooks hooks_;
  LimitWatch limits_;
  bool metered_;
  std::map<std::string, std::string> known_;
  board::AgentSession session_;
  std::unique_ptr<board::ChildProcess> child_;
  store::BoardId id_ = 0;
  std::string stream_, boot_id_;
  std::map<std::uint32_t, Source> sources_;
  std::vector<Waiting> waiting_;
  std::set<std::string> started_, ready_, down_;
  bool lost_ = false, leaving_ = false;
  Nanos last_tick_ = 0;
};

}  // namespace soakrig::control
