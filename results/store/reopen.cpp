// SPDX-License-Identifier: Apache-2.0
#include "results/store/reopen.hpp"

#include <algorithm>

#include "results/store/chain.hpp"
#include "results/store/fault.hpp"
#include "results/store/schema.hpp"
#include "results/store/seal_tail.hpp"

namespace soakrig::store {
namespace {

Result<void> must_be_interrupted(Database& database) {
  if (auto version = check_schema(database); !version) return version.error();
  const auto header = read_header(database);
  if (!header) return header.error();
  const auto state = read_state(database, *header);
  if (!state) return state.error();
  if (*state == RunState::running) {
    return fault(Errc::busy, database.path(),
                 "process " + std::to_string(header->owner.pid) + " still writes this run",
                 "stop it first with soakrig stop");
  }
  if (*state != RunState::interrupted) {
    return fault(Errc::busy, database.path(), "this run has ended: there is nothing to go on with",
                 "start a new run");
  }
  const auto sound = database.query_text("PRAGMA quick_check(1)");
  if (!sound) return sound.error();
  if (*sound == "ok") return {};
  return fault(Errc::corrupt, database.path(), "the file is damaged: " + *sound,
               "it can still be read (soakrig show); start a new run");
}

Result<void> read_sources(Database& database, KnownNames& names) {
  auto sources = database.prepare("SELECT id, board, name, period_ns FROM source ORDER BY id");
  if (!sources) return sources.error();
  for (;;) {
    const auto row = sources->step();
    if (!row) return row.error();
    if (!*row) break;
    if (sources->integer(0) != static_cast<std::int64_t>(names.sources.size())) {
      return fault(Errc::corrupt, database.path(), "its sources are not numbered in order",
                   "start a new run");
    }
    SourceRow source;
    source.id = static_cast<SourceId>(names.sources.size());
    source.board = static_cast<BoardId>(sources->integer(1));
    if (source.board >= names.boards.size()) {
      return fault(Errc::corrupt, database.path(), "a source belongs to no board",
                   "start a new run");
    }
    source.info.name = sources->text(2);
    source.info.period = sources->integer(3);
    names.sources.push_back(std::move(source));
  }
  names.first_channels.assign(names.sources.size(), 0);
  auto channels = database.prepare(
      "SELECT id, source, name, unit, origin, provenance, reason FROM channel ORDER BY source, "
      "col");
  if (!channels) return channels.error();
  for (;;) {
    const auto row = channels->step();
    if (!row) return row.error();
    if (!*row) return {};
    const auto id = static_cast<ChannelId>(channels->integer(0));
    const auto source = static_cast<std::size_t>(channels->integer(1));
    const auto provenance = parse_provenance(channels->text(5));
    if (source >= names.sources.size() || !provenance) {
      return fault(Errc::corrupt, database.path(), "a channel belongs to no source",
                   "start a new run");
    }
    auto& info = names.sources[source].info;
    if (info.channels.empty()) names.first_channels[source] = id;
    ChannelInfo channel;
    channel.name = channels->text(2);
    channel.unit = channels->text(3);
    channel.source = channels->text(4);
    channel.provenance = *provenance;
    channel.reason = channels->text(6);
    info.channels.push_back(std::move(channel));
    names.next_channel = std::max<ChannelId>(names.next_channel, id + 1);
  }
}

Result<void> read_boards(Database& database, KnownNames& names) {
  auto boards = database.prepare("SELECT id, name FROM board ORDER BY id");
  if (!boards) return boards.error();
  for (;;) {
    const auto row = boards->step();
    if (!row) return row.error();
    if (!*row) return {};
    if (boards->integer(0) == kRigBoard) continue;
    if (boards->integer(0) != static_cast<std::int64_t>(names.boards.size())) {
      return fault(Errc::corrupt, database.path(), "its boards are not numbered in order",
                   "start a new run");
    }
    names.boards.push_back(boards->text(1));
  }
}

Result<void> read_cursors(Database& database, KnownNames& names) {
  auto cursors = database.prepare("SELECT board, stream, seq FROM cursor ORDER BY id");
  if (!cursors) return cursors.error();
  for (;;) {
    const auto row = cursors->step();
    if (!row) return row.error();
    if (!*row) return {};
    names.cursors.push_back({static_cast<BoardId>(cursors->integer(0)), cursors->text(1),
                             static_cast<std::uint64_t>(cursors->integer(2))});
  }
}

Result<void> set_owner(Database& database, const ProcessId& owner) {
  auto update = database.prepare("UPDATE meta SET v=?2 WHERE k=?1");
  if (!update) return update.error();
  if (auto done = update->run("owner_pid", std::int64_t{owner.pid}); !done) return done;
  const auto start = static_cast<std::int64_t>(owner.start_time);
  if (auto done = update->run("owner_start_time", start); !done) return done;
  return update->run("owner_boot_id", owner.boot_id);
}

}  // namespace

Result<KnownNames> take_over(const std::string& path, const ProcessId& owner) {
  auto database = Database::open(path, Database::Mode::read_write);
  if (!database) return database.error();
  database->set_busy_wait(2000);  // a reader's short look is no reason to give up
  auto done =
      database->execute("PRAGMA synchronous=FULL; PRAGMA secure_delete=OFF; BEGIN IMMEDIATE");
  if (!done) return done.error();
  if (done = must_be_interrupted(*database); !done) return done.error();
  if (auto chunks = seal_tail(*database); !chunks) return chunks.error();
  if (done = Chain::reopen(*database); !done) return done.error();
  KnownNames names;
  if (done = read_boards(*database, names); !done) return done.error();
  if (done = read_sources(*database, names); !done) return done.error();
  if (done = read_cursors(*database, names); !done) return done.error();
  if (done = set_owner(*database, owner); !done) return done.error();
  if (done = database->execute("COMMIT"); !done) return done.error();
  return names;
}

}  // namespace soakrig::store
