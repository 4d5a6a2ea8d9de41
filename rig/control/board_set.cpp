// SPDX-License-Identifier: Apache-2.0
#include "rig/control/board_set.hpp"

#include <algorithm>
#include <utility>

#include "rig/control/run_parts.hpp"

namespace soakrig::control {

BoardSet::BoardSet(boost::asio::io_context& io, store::Writer& writer, const Clock& clock,
                   Nanos run_start, RunObserver& observer, Hooks hooks)
    : io_(io),
      writer_(writer),
      clock_(clock),
      run_start_(run_start),
      observer_(observer),
      hooks_(std::move(hooks)) {}

void BoardSet::start(EngineParts& parts) {
  const auto is_refused = [&](std::size_t i) {
    return i < parts.refused.size() && !parts.refused[i].empty();
  };
  for (std::size_t i = 0; i < parts.spec.boards.size(); ++i) {
    BoardRunner& board =
        add(parts, i, false, i < parts.facts.size() ? std::move(parts.facts[i]) : BoardFacts());
    if (i < parts.moved.size()) board.move_words(std::move(parts.moved[i]));
    if (is_refused(i)) continue;
    LinkTerms terms = i < parts.links.size() ? std::move(parts.links[i]) : LinkTerms{};
    hooks_.reached(parts.spec.boards[i], std::move(terms.ways), board);
    start_agent(parts, i, board, parts.agents[i], std::move(terms));
  }
  for (ClientParts& client : parts.clients) {
    BoardRunner& asks = add(parts, client.board, true, {});
    asks.be_client(client.host);
    start_agent(parts, client.board, asks, client.agent, client.link);
  }
  // Once all are there: one that is lost asks whether any is left.
  for (std::size_t i = 0; i < parts.spec.boards.size(); ++i) {
    if (is_refused(i)) boards_[i]->refuse(parts.refused[i]);
  }
}

BoardRunner& BoardSet::add(const EngineParts& parts, std::size_t index, bool client,
                           BoardFacts facts) {
  const BoardSpec& spec = parts.spec.boards[index];
  boards_.push_back(std::make_unique<BoardRunner>(io_, spec, writer_, clock_, run_start_, observer_,
                                                  hooks_.of(index, client),
                                                  is_metered(parts, spec.name), std::move(facts)));
  return *boards_.back();
}

void BoardSet::start_agent(const EngineParts& parts, std::size_t index, BoardRunner& board,
                           const std::vector<std::string>& agent, LinkTerms terms) {
  if (parts.resume) take_up(terms, parts, index, run_start_);
  if (auto started = board.start(agent, std::move(terms)); !started) {
    hooks_.fault("board " + board.name() + ": " + started.error().message());
  }
}

void BoardSet::tick() {
  for (auto& board : boards_) board->tick();
}

void BoardSet::start_work(const std::vector<WorkloadSpec>& workloads) {
  for (auto& board : boards_) board->start_work(workloads);
}

void BoardSet::start_work(const std::string& name, const std::vector<WorkloadSpec>& workloads) {
  for (auto& board : boards_) {
    if (board->name() == name) board->start_work(workloads);
  }
}

void BoardSet::stop_work() {
  for (auto& board : boards_) board->stop_work();
}

void BoardSet::acknowledge(const store::Cursor& cursor) {
  for (auto& board : boards_) board->acknowledge(cursor);
}

void BoardSet::bye() {
  for (auto& board : boards_) board->bye();
}

void BoardSet::kill() {
  for (auto& board : boards_) board->kill();
}

bool BoardSet::all_greeted() const {
  return std::ranges::all_of(boards_, [](const auto& b) { return b->greeted() || b->lost(); });
}

bool BoardSet::all_lost() const {
  return std::ranges::all_of(boards_, [](const auto& b) { return b->lost() || b->is_client(); });
}

bool BoardSet::all_ended() const {
  return std::ranges::all_of(boards_, [](const auto& b) { return b->ended(); });
}

bool BoardSet::work_ready() const {
  return std::ranges::all_of(boards_, [](const auto& b) { return b->work_ready(); });
}

}  // namespace soakrig::control
