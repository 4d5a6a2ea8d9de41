// SPDX-License-Identifier: Apache-2.0
//
// Every board of a run, and the agents on the rig that ask the engines of boards (client = "rig"):
// built from the run's parts in the order of its spec, then asked and told as one.
//
// One thread, that of the io_context.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rig/control/board_runner.hpp"
#include "rig/control/run_engine.hpp"

namespace soakrig::control {

class BoardSet {
 public:
  struct Hooks {
    // Of the board with that index, or of who asks its engine from the rig.
    std::function<BoardHooks(std::size_t index, bool client)> of;
    // One that can be reached, before its agent is started.
    std::function<void(const BoardSpec& spec, BoardWays ways, BoardRunner& board)> reached;
    std::function<void(const std::string& what)> fault;
  };
  // What is referred to must outlive this. `run_start`: the rig's boot time at run time 0.
  BoardSet(boost::asio::io_context& io, store::Writer& writer, const Clock& clock, Nanos run_start,
           RunObserver& observer, Hooks hooks);

  // Starts their agents. `parts` must outlive this; what only a board needs is moved out of it.
  void start(EngineParts& parts);

  void tick();
  void start_work(const std::vector<WorkloadSpec>& workloads);
  void start_work(const std::string& board, const std::vector<WorkloadSpec>& workloads);
  void stop_work();
  void acknowledge(const store::Cursor& cursor);
  void bye();
  void kill();

  [[nodiscard]] bool all_greeted() const;  // apart from those that are lost
  [[nodiscard]] bool all_lost() const;     // clients on the rig do not count
  [[nodiscard]] bool all_ended() const;
  [[nodiscard]] bool work_ready() const;

  // In spec order, then the clients.
  [[nodiscard]] const std::vector<std::unique_ptr<BoardRunner>>& each() const { return boards_; }

 private:
  BoardRunner& add(const EngineParts& parts, std::size_t index, bool client, BoardFacts facts);
  void start_agent(const EngineParts& parts, std::size_t index, BoardRunner& board,
                   const std::vector<std::string>& agent, LinkTerms terms);

  boost::asio::io_context& io_;
  store::Writer& writer_;
  const Clock& clock_;
  Nanos run_start_;
  RunObserver& observer_;
  Hooks hooks_;
  std::vector<std::unique_ptr<BoardRunner>> boards_;
};

}  // namespace soakrig::control
