// SPDX-License-Identifier: Apache-2.0
//
// One board during a run: the way to its agent, the session with it, and where its rows and events
// go (the store, the live limits, the observer). A sick board is its own problem: nothing here waits
// for it, and what it does wrong becomes events under its name.
//
// A detached agent outlives its link: when that is lost it is tried again, each loss is one incident,
// and the board is told what should run when the link is back. It is given up when it stays away for
// longer than the terms allow.
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
#include "rig/control/board_link.hpp"
#include "rig/control/limit_watch.hpp"
#include "rig/control/link_terms.hpp"
#include "rig/control/observer.hpp"

namespace soakrig::control {

// What the engine wants to know of its boards.
struct BoardHooks {
  std::function<void(const Event&)> on_event;          // already stored, run time
  std::function<void(const LimitChange&)> on_limit;
  std::function<void(const std::string& why)> on_lost; // the agent is gone, once
  // Another agent than before said hello; `previous`: the boot before, empty where it is the same or
  // the first that is known. `away_since`: run time of the silence before it.
  std::function<void(const std::string& boot_id, const std::string& previous,
                     std::optional<Nanos> away_since)>
      on_agent = {};
};

// Which of a phase's workloads an agent runs: a board's own, or those whose client asks from the rig.
enum class WorkShare : std::uint8_t { own, from_rig };

class BoardRunner final : public board::SessionSink {
 public:
  // Everything referred to must outlive this. `run_start` is the rig's boot time at run time 0.
  // `metered`: an instrument measures this board, and its reading is board.power; what the board
  // says of itself is then board.power_self. `known`: facts that the rig knows of it; its own win.
  BoardRunner(boost::asio::io_context& io, const BoardSpec& spec, store::Writer& writer,
              const Clock& clock, Nanos run_start, RunObserver& observer, BoardHooks hooks,
              bool metered, std::map<std::string, std::string> known);
  ~BoardRunner() override;

  [[nodiscard]] Result<void> start(const std::vector<std::string>& agent_argv,
                                   LinkTerms terms = {});
  // Nothing brings it back: its link is not tried any more.
  void quarantine(const std::string& why) { lose(why, Blame::unknown); }
  void refuse(const std::string& why);  // in place of start(): it is lost from the beginning
  // Words of a workload's argv that are others on the board, such as a file's path.
  void move_words(std::map<std::string, std::string> moved) { moved_ = std::move(moved); }
  // The agent on the rig that asks the board's engine: of the board itself it knows nothing.
  // `host`: what stands for {board} in the engine's address.
  void be_client(std::string host) {
    share_ = WorkShare::from_rig;
    engine_host_ = std::move(host);
  }
  [[nodiscard]] bool is_client() const { return share_ == WorkShare::from_rig; }
  // Those of them that are its share.
  void start_work(std::vector<WorkloadSpec> workloads);
  void stop_work();
  void bye();                       // asks the agent to end
  void kill();
  void acknowledge(const store::Cursor& cursor);
  void tick();                      // about ten times a second

  [[nodiscard]] const std::string& name() const { return spec_.name; }
  [[nodiscard]] bool greeted() const { return greeted_; }  // once
  [[nodiscard]] bool lost() const { return lost_; }
  [[nodiscard]] bool ended() const;
  // Run time; absent while it is linked, or before it ever was.
  [[nodiscard]] std::optional<Nanos> away_since() const;
  // Every workload that was started has said ready, or is down for good.
  [[nodiscard]] bool work_ready() const;
  // Workloads were started, and all of them are down for good.
  [[nodiscard]] bool work_dead() const;
  [[nodiscard]] bool has_work() const { return !started_.empty(); }

 private:
  void on_hello(const agent::Hello& hello) override;
  void on_source(std::uint32_t source, const SourceInfo& info) override;
  void on_batch(Batch batch, std::uint64_t seq) override;
  void on_event(Event event, std::uint64_t seq) override;
  void on_clock(const ClockAnchor& anchor) override;
  void on_protocol_fault(const Error& error, bool fatal) override;
  void on_stream(const std::string& stream, bool live) override;
  void on_refused(const Error& error) override;
  void on_open();
  void on_down(const std::string& why);
  void note_outage(const std::string& why, Nanos since, Blame blame);
  void note_return(const agent::Hello& hello);
  [[nodiscard]] std::string boot_before(const agent::Hello& hello) const;
  void agree_on_work(const agent::Hello& hello);
  void watch_link(Nanos now);
  void end_agent(int signal);
  [[nodiscard]] bool detached() const { return !terms_.run.empty(); }
  [[nodiscard]] board::AgentSession::Send sender();
  void lose(const std::string& why, Blame blame);
  void store_own(std::string_view kind, Severity severity, std::string body,
                 std::optional<Nanos> at = std::nullopt);
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

  const BoardSpec& spec_;
  store::Writer& writer_;
  const Clock& clock_;
  Nanos run_start_;
  RunObserver& observer_;
  BoardHooks hooks_;
  LimitWatch limits_;
  bool metered_;
  std::map<std::string, std::string> known_, moved_;
  board::AgentSession session_;
  BoardLink link_;
  LinkTerms terms_;
  WorkShare share_ = WorkShare::own;
  std::string engine_host_ = "127.0.0.1";  // of a client beside its engine
  store::BoardId id_ = 0;
  std::string stream_, boot_id_;                 // of what is said now; of the agent that lives
  std::string live_stream_;                      // of the agent that lives
  ProcessId agent_;                              // it
  bool live_ = true;                             // what is said now is its own
  std::map<std::string, std::uint64_t> durable_; // by stream
  std::map<std::uint32_t, Source> sources_;
  std::vector<Waiting> waiting_;
  std::vector<WorkloadSpec> wanted_;  // what should run now
  std::set<std::string> started_, ready_, down_;
  std::set<std::string> going_;  // ready when the link came, and not stopped since
  bool lost_ = false, leaving_ = false, greeted_ = false;
  bool told_bye_ = false, to_commit_ = false, killed_ = false;
  struct Outage {
    Nanos since = 0;
    std::string why;
  };
  std::optional<Outage> outage_;
  Nanos last_tick_ = 0, opened_at_ = 0, refused_since_ = 0;
};

}  // namespace soakrig::control
