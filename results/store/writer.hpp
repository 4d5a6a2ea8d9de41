// SPDX-License-Identifier: Apache-2.0
//
// Writes one run into one file. A single thread inside owns the only connection that ever writes
// or checkpoints that file (which also keeps clear of SQLite's WAL-reset bug before 3.51.3); the
// calls below hand it values through a bounded queue. One commit a second for everything,
// synchronous=FULL: what a commit callback reported has survived a power cut.
//
// Thread-safe: every call from any thread, except that finish() and the destructor come last.
// Order: what one thread hands over is stored in that order.
// Texts are stored with their secrets masked (rig/base/secrets.hpp): headers, facts, where channels
// come from, events, journal.
// Knows nothing of boards, probes or verdicts beyond the words of model.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/store/model.hpp"
#include "rig/base/result.hpp"

namespace soakrig::store {

// What one commit made durable.
struct CommitReport {
  std::vector<Cursor> cursors;  // those that moved: safe to acknowledge
  Nanos durable_until = 0;      // newest row or event time stored so far
  std::uint64_t commits = 0;    // since the start
  std::uint64_t wal_bytes = 0;  // beyond 64 MiB a reader is holding up the checkpoints
};

struct WriterOptions {
  Nanos commit_interval = kSecond;      // 1 s; up to 5 s for SD cards
  std::size_t queue_bytes = 64u << 20;  // beyond it submit waits and try_submit refuses
  std::uint32_t rows_per_chunk = 4096;
  Nanos chunk_span = kHour;              // at most this long unsealed
  Nanos finish_wait = 3 * kSecond;       // how long finish() waits for readers to leave
  std::size_t reserve_bytes = 2u << 20;  // disk space held back for the last words
  std::uint64_t max_bytes = 0;           // upper bound of the file; 0 = none
  // Both are called on the writer's thread, must be quick and must not call the writer back.
  std::function<void(const CommitReport&)> on_commit;
  std::function<void(const Error&)> on_failure;  // once
};

struct WriterStats {
  std::uint64_t commits = 0, rows = 0, samples = 0, sealed_chunks = 0;
  std::uint64_t duplicates = 0;  // batches and events at or below their cursor: not stored again
  std::uint64_t backwards_rows = 0;  // rows older than their source's last: refused, with an event
  Nanos worst_commit = 0;
};

class Writer {
 public:
  // Makes DIR/NAME-ID.soak (name sanitised; the directory is made if missing), never over an
  // existing file. The clock stamps the journal and must outlive the writer. Errors: Errc::busy
  // (exists), io, full; each with file and remedy.
  [[nodiscard]] static Result<std::unique_ptr<Writer>> create(const std::string& archive_dir,
                                                              const RunHeader& header,
                                                              const Clock& clock,
                                                              WriterOptions options = {});
  // Goes on with an interrupted run (reopen.hpp): nothing of it is lost, ids and cursors go on, and
  // this process becomes its owner. `start_boot_ns` is this rig's boot time at run time 0, negative
  // where the rig was booted since. Errc::busy when it is written or has ended; corrupt; io.
  [[nodiscard]] static Result<std::unique_ptr<Writer>> reopen(const std::string& path,
                                                              Nanos start_boot_ns,
                                                              const Clock& clock,
                                                              WriterOptions options = {});
  // Ends the thread after committing what was handed over. Without finish() the file stays an
  // interrupted run.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  [[nodiscard]] const std::string& path() const;

  // Ids are given at once; the rows are stored in order with everything else. A board that is
  // added again by name gets its id back; a source whose channels are all the same, too.
  BoardId add_board(std::string_view name, std::string_view facts_json);
  void set_board_facts(BoardId board, std::string_view facts_json);
  SourceId add_source(BoardId board, const SourceInfo& given);

  // Rows in run time. submit waits for room; try_submit leaves `batch` alone and answers false
  // when there is none. batch.source is ignored in favour of `source`. Errc::invalid for a batch
  // that is not consistent, has other columns than its source or a good value that is not finite;
  // the failure once the writer has failed.
  [[nodiscard]] Result<void> submit(SourceId source, Batch batch,
                                    std::optional<Cursor> cursor = std::nullopt);
  [[nodiscard]] Result<bool> try_submit(SourceId source, Batch& batch,
                                        const std::optional<Cursor>& cursor = std::nullopt);
  // Event::board must have been added, or be empty.
  [[nodiscard]] Result<void> event(Event event, std::optional<Cursor> cursor = std::nullopt);
  [[nodiscard]] Result<void> anchor(const Anchor& anchor);
  // By index: inserted, or replaced whole.
  [[nodiscard]] Result<void> set_phase(const PhaseTimes& phase);

  // These commit at once and return when it is durable. They, and event, are still tried from the
  // reserve after a failure, so that a full disk can be told apart from a crash.
  [[nodiscard]] Result<void> journal(std::string_view state, std::string_view detail_json);
  [[nodiscard]] Result<void> set_judgement(Verdict verdict, std::string_view json);
  [[nodiscard]] Result<void> flush();

  // Asks for a commit after what was handed over so far, without waiting for it.
  void request_commit();

  // Drains, seals every tail, marks the run as ended, checkpoints and makes the file
  // self-contained. ended_unsealed when a reader stays in the way or the disk is full: the next
  // command that may write seals it (seal.hpp). Nothing can be handed over afterwards.
  [[nodiscard]] Result<RunState> finish();

  // Set once, when storing has failed for good. Everything committed before stays readable.
  [[nodiscard]] std::optional<Error> failure() const;
  [[nodiscard]] WriterStats stats() const;

 private:
  class Impl;
  explicit Writer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace soakrig::store
