// SPDX-License-Identifier: Apache-2.0
#include "results/store/write_core.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "results/store/schema.hpp"
#include "results/store/seal_tail.hpp"

namespace soakrig::store {
namespace {

// WAL pages after which its content is copied into the file. Frames of the tail are overwritten
// again and again, so a longer WAL saves writes; 8 MiB are read back quickly after a crash.
constexpr int kCheckpointPages = 2000;
constexpr std::uint64_t kWalFrameBytes = 4096 + 24;
constexpr std::uint64_t kPageBytes = 4096;
constexpr auto kRetry = std::chrono::milliseconds(20);

std::string configuration(const WriterOptions& options) {
  // secure_delete is on in Debian's build: it would write a zeroed page for every frame deleted.
  std::string sql =
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=OFF;"
      "PRAGMA cache_size=-16384; PRAGMA journal_size_limit=16777216; PRAGMA temp_store=MEMORY;";
  if (options.max_bytes > 0) {
    sql += "PRAGMA max_page_count=" +
           std::to_string(std::max<std::uint64_t>(options.max_bytes / kPageBytes, 1)) + ";";
  }
  return sql;
}

Event fault_event(const Error& why) {
  const nlohmann::json body = {{"what", why.message()}, {"remedy", why.remedy}};
  Event event;
  event.kind = event_kind::kRigFault;
  event.severity = Severity::alarm;
  event.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return event;
}

}  // namespace

Result<WriteCore> WriteCore::open(const std::string& path, const WriterOptions& options,
                                  Reserve reserve) {
  auto database = Database::open(path, Database::Mode::read_write);
  if (!database) return database.error();
  if (auto done = database->execute(configuration(options).c_str()); !done) return done.error();
  if (auto done = database->own_checkpoints(); !done) return done.error();
  Error failed;
  const auto prepare = [&](std::string_view sql) -> std::optional<Statement> {
    auto statement = database->prepare(sql);
    if (statement) return std::move(*statement);
    failed = statement.error();
    return std::nullopt;
  };
  auto board = prepare("INSERT INTO board(id, name, facts) VALUES(?, ?, ?)");
  auto facts = prepare("UPDATE board SET facts=?2 WHERE id=?1");
  auto source = prepare("INSERT INTO source(id, board, name, period_ns) VALUES(?, ?, ?, ?)");
  auto channel = prepare(
      "INSERT INTO channel(id, source, col, name, unit, origin, provenance, reason) "
      "VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
  auto event = prepare(kInsertEvent);
  auto journal = prepare("INSERT INTO journal(t, utc_ns, state, detail) VALUES(?, ?, ?, ?)");
  auto anchor =
      prepare("INSERT INTO anchor(board, boot_id, from_ns, to_ns, error_ns) VALUES(?, ?, ?, ?, ?)");
  auto phase = prepare("INSERT OR REPLACE INTO phase VALUES(?, ?, ?, ?, ?, ?, ?)");
  auto cursor = prepare(
      "INSERT INTO cursor(board, stream, seq) VALUES(?, ?, ?) "
      "ON CONFLICT(board, stream) DO UPDATE SET seq=excluded.seq");
  auto meta = prepare("INSERT OR REPLACE INTO meta(k, v) VALUES(?, ?)");
  auto tail = Tail::prepare(*database, {options.rows_per_chunk, options.chunk_span});
  if (!tail) return tail.error();
  auto chain = Chain::prepare(*database);
  if (!chain) return chain.error();
  if (!board || !facts || !source || !channel || !event || !journal || !anchor || !phase ||
      !cursor || !meta) {
    return failed;
  }
  Statements sql{std::move(*board),  std::move(*facts),   std::move(*source), std::move(*channel),
                 std::move(*event),  std::move(*journal), std::move(*anchor), std::move(*phase),
                 std::move(*cursor), std::move(*meta)};
  return WriteCore(std::move(*database), std::move(sql), std::move(*tail), std::move(*chain),
                   std::move(reserve));
}

void WriteCore::adopt(const KnownNames& known) {
  for (const SourceRow& row : known.sources) {
    SealPlace place{row.id, known.boards.at(row.board), row.info.name, {}, row.info.period};
    for (std::uint32_t column = 0; column < row.info.channels.size(); ++column) {
      place.channels.push_back(known.first_channels[row.id] + column);
    }
    tail_.add_source(std::move(place), row.board);
  }
  for (const Cursor& cursor : known.cursors) cursors_[{cursor.board, cursor.stream}] = cursor.seq;
}

Result<void> WriteCore::begin() {
  return database_.in_transaction() ? Result<void>() : database_.execute("BEGIN IMMEDIATE");
}

void WriteCore::rollback() {
  if (chain_) chain_->forget();
  if (database_.in_transaction()) static_cast<void>(database_.execute("ROLLBACK"));
}

bool WriteCore::duplicate(const WriteItem& item) {
  if (!item.cursor) return false;
  const auto key = std::make_pair(item.cursor->board, item.cursor->stream);
  std::uint64_t& seq = cursors_[key];
  if (item.cursor->seq > seq) {
    seq = item.cursor->seq;
    moved_[key] = seq;
    return false;
  }
  ++stats_.duplicates;
  moved_[key] = seq;  // told again: whoever sends it twice has missed the acknowledgement
  return true;
}

Result<void> WriteCore::apply(const WriteItem& item) {
  if (auto done = begin(); !done) return done;
  if (duplicate(item)) return {};
  return std::visit([this](const auto& what) { return store(what); }, item.what);
}

Result<void> WriteCore::store(const AddBoard& item) {
  return sql_.board.run(item.id, item.name, item.facts);
}

Result<void> WriteCore::store(const SetFacts& item) { return sql_.facts.run(item.id, item.facts); }

Result<void> WriteCore::store(const AddSource& item) {
  const SourceInfo& info = item.row.info;
  SealPlace place{item.row.id, item.board, info.name, {}, info.period};
  if (auto done = sql_.source.run(item.row.id, item.row.board, info.name, info.period); !done) {
    return done;
  }
  for (std::uint32_t column = 0; column < info.channels.size(); ++column) {
    const ChannelInfo& channel = info.channels[column];
    const ChannelId id = item.first_channel + column;
    const auto done =
        sql_.channel.run(id, item.row.id, column, channel.name, channel.unit, channel.source,
                         to_string(channel.provenance), channel.reason);
    if (!done) return done;
    place.channels.push_back(id);
  }
  tail_.add_source(std::move(place), item.row.board);
  return {};
}

Result<void> WriteCore::store(const AddRows& item) { return tail_.add(item.source, item.batch); }

Result<void> WriteCore::store(const AddEvent& item) {
  pending_until_ = std::max(pending_until_, item.event.t);
  return insert_event(sql_.event, item.board, item.event);
}

Result<void> WriteCore::store(const Anchor& item) {
  return sql_.anchor.run(item.board, item.boot_id, item.clock.from_ns, item.clock.to_ns,
                         item.clock.error_ns);
}

Result<void> WriteCore::store(const PhaseTimes& item) {
  return sql_.phase.run(item.index, item.name, item.begin, item.dwell_begin, item.dwell_end,
                        item.end, item.dwell_counted);
}

Result<void> WriteCore::store(const AddJournal& item) {
  return sql_.journal.run(item.t, item.utc_ns, item.state, item.detail);
}

Result<void> WriteCore::store(const Judgement& item) {
  if (auto done = sql_.meta.run("verdict", to_string(item.verdict)); !done) return done;
  return sql_.meta.run("judgement", item.json);
}

Result<void> WriteCore::store(const CommitNow&) { return {}; }

Result<void> WriteCore::store(const Finish& item) { return sql_.meta.run("ended_ns", item.ended); }

Result<void> WriteCore::store_tail_events() {
  for (const auto& [board, event] : tail_.take_events()) {
    if (auto done = insert_event(sql_.event, board, event); !done) return done;
  }
  return {};
}

Result<void> WriteCore::store_cursors() {
  for (const auto& [key, seq] : moved_) {
    if (auto done = sql_.cursor.run(key.first, key.second, seq); !done) return done;
  }
  return {};
}

Result<void> WriteCore::extend_chain() {
  if (!chain_ || failed_ || tail_.counts().chunks == chained_) return {};
  chained_ = tail_.counts().chunks;
  return chain_->extend();
}

Result<std::optional<CommitReport>> WriteCore::commit() {
  if (!database_.in_transaction()) return std::optional<CommitReport>();
  const auto began = std::chrono::steady_clock::now();
  if (auto done = tail_.write_frames(); !done) return done.error();
  if (auto done = store_tail_events(); !done) return done.error();
  if (auto done = store_cursors(); !done) return done.error();
  if (auto done = extend_chain(); !done) return done.error();
  if (auto done = database_.execute("COMMIT"); !done) return done.error();
  ++stats_.commits;
  CommitReport report;
  for (const auto& [key, seq] : moved_) report.cursors.push_back({key.first, key.second, seq});
  moved_.clear();
  if (!failed_) {  // rows of a lost transaction are not durable, whatever was counted
    pending_until_ = std::max(pending_until_, tail_.counts().newest);
    stats_.rows = tail_.counts().rows;
    stats_.samples = tail_.counts().samples;
    stats_.sealed_chunks = tail_.counts().chunks;
    stats_.backwards_rows = tail_.counts().backwards_rows;
  }
  durable_until_ = pending_until_;
  report.durable_until = durable_until_;
  report.commits = stats_.commits;
  report.wal_bytes = static_cast<std::uint64_t>(database_.wal_pages()) * kWalFrameBytes;
  if (database_.wal_pages() >= kCheckpointPages) {
    // The commit above is durable whatever happens here; but a disk that cannot take the copy will
    // not take the next commit either.
    const auto done = database_.checkpoint(false);
    if (!done && done.error().code != Errc::busy) return done.error();
  }
  const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - began;
  stats_.worst_commit = std::max<Nanos>(stats_.worst_commit, took.count());
  return std::optional(std::move(report));
}

void WriteCore::fail(const Error& why) {
  failed_ = true;
  pending_until_ = durable_until_;
  rollback();
  moved_.clear();
  tail_.abandon();
  reserve_.release();
  // A bound on the file is lifted a little for the same reason.
  static_cast<void>(database_.execute("PRAGMA max_page_count=1073741823"));
  Event event = fault_event(why);
  event.t = durable_until_;
  const bool told = begin() && insert_event(sql_.event, kRigBoard, event);
  if (!told || !database_.execute("COMMIT")) rollback();
}

Result<bool> WriteCore::leave_wal(Nanos wait) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(wait);
  for (;;) {
    // Truncating first copies everything while readers may still be there; the last step needs
    // the file alone and removes the WAL.
    const auto copied = database_.checkpoint(true);
    const auto mode = copied ? database_.query_text("PRAGMA journal_mode=DELETE")
                             : Result<std::string>(copied.error());
    if (mode && *mode == "delete") return true;
    if (!mode && mode.error().code != Errc::busy) return mode.error();
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kRetry);
  }
}

Result<RunState> WriteCore::finish(Nanos ended, Nanos wait) {
  const auto seal = [&]() -> Result<void> {
    if (auto done = begin(); !done) return done;
    if (auto done = seal_tail(database_); !done) return done.error();
    if (auto done = store(Finish{ended}); !done) return done;
    if (auto done = chain_ ? chain_->complete(database_) : Result<void>(); !done) return done;
    return database_.execute("COMMIT");
  };
  const auto sealed = seal();
  reserve_.release();
  if (!sealed) {
    // No room to seal: at least the end is told, and the next command seals.
    rollback();
    if (auto done = begin(); !done) return done.error();
    if (auto done = store(Finish{ended}); !done) return done.error();
    if (auto done = database_.execute("COMMIT"); !done) return done.error();
    return RunState::ended_unsealed;
  }
  compact(database_);
  database_.set_busy_wait(50);
  const auto alone = leave_wal(wait);
  if (!alone) {
    if (alone.error().code == Errc::full) return RunState::ended_unsealed;
    return alone.error();
  }
  return *alone ? RunState::sealed : RunState::ended_unsealed;
}

}  // namespace soakrig::store
