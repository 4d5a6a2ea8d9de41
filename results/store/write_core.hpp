// SPDX-License-Identifier: Apache-2.0
//
// The writer without its thread: applies items to the file and commits. Exactly one exists per
// file, it owns the only writing connection, and it belongs to the writer's thread. It knows
// nothing of queues; writer.cpp knows nothing of SQL.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/store/chain.hpp"
#include "results/store/reopen.hpp"
#include "results/store/reserve.hpp"
#include "results/store/tail.hpp"
#include "results/store/write_queue.hpp"
#include "results/store/writer.hpp"

namespace soakrig::store {

class WriteCore {
 public:
  // `path` as made by make_run_file.
  [[nodiscard]] static Result<WriteCore> open(const std::string& path, const WriterOptions& options,
                                              Reserve reserve);

  // What the file holds already, where it is gone on with. Before anything is applied.
  void adopt(const KnownNames& known);

  // Part of the open transaction, begun if there is none. After an error the transaction is lost
  // and fail() must be called.
  [[nodiscard]] Result<void> apply(const WriteItem& item);
  // Durable once it answers. Nothing open: answers nothing.
  [[nodiscard]] Result<std::optional<CommitReport>> commit();
  // Frames, seals, marks the end and leaves WAL mode, as far as disk and readers allow.
  [[nodiscard]] Result<RunState> finish(Nanos ended, Nanos wait);

  // After an error: rolls back, frees the reserve and tries to say why in the file itself. From
  // then on no cursor moves: what it would cover is lost.
  void fail(const Error& why);

  [[nodiscard]] const WriterStats& stats() const { return stats_; }

 private:
  struct Statements {
    Statement board, facts, source, channel, event, journal, anchor, phase, cursor, meta;
  };
  WriteCore(Database database, Statements statements, Tail tail, std::optional<Chain> chain,
            Reserve reserve)
      : database_(std::move(database)),
        sql_(std::move(statements)),
        tail_(std::move(tail)),
        chain_(std::move(chain)),
        reserve_(std::move(reserve)) {}

  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> store(const AddBoard& item);
  [[nodiscard]] Result<void> store(const SetFacts& item);
  [[nodiscard]] Result<void> store(const AddSource& item);
  [[nodiscard]] Result<void> store(const AddRows& item);
  [[nodiscard]] Result<void> store(const AddEvent& item);
  [[nodiscard]] Result<void> store(const Anchor& item);
  [[nodiscard]] Result<void> store(const PhaseTimes& item);
  [[nodiscard]] Result<void> store(const AddJournal& item);
  [[nodiscard]] Result<void> store(const Judgement& item);
  [[nodiscard]] Result<void> store(const CommitNow& item);
  [[nodiscard]] Result<void> store(const Finish& item);
  [[nodiscard]] Result<void> store_tail_events();
  [[nodiscard]] Result<void> store_cursors();
  // Lists what is final, when something was sealed: a page is written for it.
  [[nodiscard]] Result<void> extend_chain();
  [[nodiscard]] Result<bool> leave_wal(Nanos wait);
  // True when the item was stored before: its sequence number is not above its stream's cursor.
  [[nodiscard]] bool duplicate(const WriteItem& item);
  void rollback();

  Database database_;
  Statements sql_;
  Tail tail_;
  std::optional<Chain> chain_;  // nothing in a file of version 1
  std::uint64_t chained_ = 0;   // chunks that were sealed when it was extended last
  Reserve reserve_;
  std::map<std::pair<BoardId, std::string>, std::uint64_t> cursors_;
  std::map<std::pair<BoardId, std::string>, std::uint64_t> moved_;
  bool failed_ = false;
  Nanos pending_until_ = 0;  // newest time in the open transaction
  Nanos durable_until_ = 0;
  WriterStats stats_;
};

}  // namespace soakrig::store
