// SPDX-License-Identifier: Apache-2.0
#include "results/store/schema.hpp"

#include <sys/stat.h>

#include <map>
#include <string>

#include "results/store/fault.hpp"

namespace soakrig::store {
namespace {

// Ids are explicit everywhere, so that rows have one canonical order and the hash chain covers
// them. rollup, sketch and verdict may be empty. Version 1 has no `evidence` and no salt.
constexpr const char* kTables = R"sql(
CREATE TABLE meta(k TEXT PRIMARY KEY, v ANY) STRICT;
CREATE TABLE board(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, facts TEXT NOT NULL) STRICT;
CREATE TABLE source(id INTEGER PRIMARY KEY, board INTEGER NOT NULL, name TEXT NOT NULL,
  period_ns INTEGER NOT NULL) STRICT;
CREATE TABLE channel(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, col INTEGER NOT NULL,
  name TEXT NOT NULL, unit TEXT NOT NULL, origin TEXT NOT NULL, provenance TEXT NOT NULL,
  reason TEXT NOT NULL, UNIQUE(source, col)) STRICT;
CREATE TABLE tail(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, t0 INTEGER NOT NULL,
  t1 INTEGER NOT NULL, n INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
CREATE TABLE axis(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, t0 INTEGER NOT NULL,
  t1 INTEGER NOT NULL, n INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
CREATE INDEX axis_time ON axis(source, t0);
CREATE TABLE chunk(id INTEGER PRIMARY KEY, channel INTEGER NOT NULL, axis INTEGER NOT NULL,
  good INTEGER NOT NULL, vmin REAL, vmax REAL, vmean REAL, vm2 REAL, crc INTEGER NOT NULL,
  data BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX chunk_place ON chunk(channel, axis);
CREATE TABLE rollup(id INTEGER PRIMARY KEY, channel INTEGER NOT NULL, level INTEGER NOT NULL,
  t0 INTEGER NOT NULL, t1 INTEGER NOT NULL, n INTEGER NOT NULL, crc INTEGER NOT NULL,
  data BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX rollup_place ON rollup(channel, level, t0);
CREATE TABLE sketch(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, name TEXT NOT NULL,
  t0 INTEGER NOT NULL, t1 INTEGER NOT NULL, n INTEGER NOT NULL, crc INTEGER NOT NULL,
  data BLOB NOT NULL) STRICT;
CREATE TABLE event(id INTEGER PRIMARY KEY, t INTEGER NOT NULL, board INTEGER NOT NULL,
  kind TEXT NOT NULL, severity INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE journal(id INTEGER PRIMARY KEY, t INTEGER NOT NULL, utc_ns INTEGER NOT NULL,
  state TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
CREATE TABLE anchor(id INTEGER PRIMARY KEY, board INTEGER NOT NULL, boot_id TEXT NOT NULL,
  from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL, error_ns INTEGER NOT NULL) STRICT;
CREATE TABLE phase(id INTEGER PRIMARY KEY, name TEXT NOT NULL, begin_ns INTEGER NOT NULL,
  dwell_begin_ns INTEGER, dwell_end_ns INTEGER, end_ns INTEGER,
  dwell_counted_ns INTEGER NOT NULL) STRICT;
CREATE TABLE cursor(id INTEGER PRIMARY KEY, board INTEGER NOT NULL, stream TEXT NOT NULL,
  seq INTEGER NOT NULL, UNIQUE(board, stream)) STRICT;
CREATE TABLE verdict(id INTEGER PRIMARY KEY, rule TEXT NOT NULL, board INTEGER, phase INTEGER,
  state TEXT NOT NULL, value REAL, lo REAL, hi REAL, evidence TEXT NOT NULL) STRICT;
CREATE TABLE evidence(id INTEGER PRIMARY KEY, record TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
)sql";

constexpr off_t kLeastDatabase = 512;  // SQLite's smallest page: its marks lie within

Result<void> write_header(Database& database, const RunHeader& header) {
  auto insert = database.prepare("INSERT INTO meta(k, v) VALUES(?, ?)");
  if (!insert) return insert.error();
  const std::pair<const char*, std::string_view> texts[] = {
      {"id", header.id},
      {"name", header.name},
      {"owner_boot_id", header.owner.boot_id},
      {"program_version", header.program_version},
      {"commit", header.commit},
      {"build_flags", header.build_flags},
      {"host", header.host_json},
      {"spec", header.spec_json},
      {"profile", header.profile_text}};
  for (const auto& [key, value] : texts) {
    if (auto done = insert->run(key, value); !done) return done;
  }
  const std::pair<const char*, std::int64_t> integers[] = {
      {"start_utc_ns", header.start_utc_ns},
      {"start_boot_ns", header.start_boot_ns},
      {"owner_pid", header.owner.pid},
      {"owner_start_time", static_cast<std::int64_t>(header.owner.start_time)}};
  for (const auto& [key, value] : integers) {
    if (auto done = insert->run(key, value); !done) return done;
  }
  return database.execute("INSERT INTO meta(k, v) VALUES('salt', lower(hex(randomblob(16))))");
}

}  // namespace

Result<void> create_schema(Database& database, const RunHeader& header) {
  if (auto done = database.execute("PRAGMA page_size=4096; BEGIN IMMEDIATE"); !done) return done;
  if (auto done = database.execute(kTables); !done) return done;
  if (auto done = write_header(database, header); !done) return done;
  const std::string marks = "PRAGMA application_id=" + std::to_string(kApplicationId) +
                            "; PRAGMA user_version=" + std::to_string(kSchemaVersion) + "; COMMIT";
  return database.execute(marks.c_str());
}

Result<int> check_schema(Database& database) {
  const auto application = database.query_integer("PRAGMA application_id");
  if (!application) return application.error();
  if (static_cast<std::uint32_t>(*application) != kApplicationId) {
    struct stat status {};
    const off_t size = ::stat(database.path().c_str(), &status) == 0 ? status.st_size : 0;
    if (size > 0 && size < kLeastDatabase) {
      return fault(Errc::corrupt, database.path(), "the file is truncated",
                   "copy it again from where it was written, or restore a backup");
    }
    return fault(Errc::unsupported, database.path(),
                 size == 0 ? "not a .soak file (it is empty)"
                           : "not a .soak file (it is another program's SQLite database)",
                 "name a file that soakrig run wrote");
  }
  const auto version = database.query_integer("PRAGMA user_version");
  if (!version) return version.error();
  if (*version < 1 || *version > kSchemaVersion) {
    return fault(Errc::unsupported, database.path(),
                 "the file has format version " + std::to_string(*version) +
                     ", this soakrig reads up to " + std::to_string(kSchemaVersion),
                 "read it with a newer soakrig");
  }
  return static_cast<int>(*version);
}

Result<RunHeader> read_header(Database& database) {
  auto select = database.prepare("SELECT k, v FROM meta");
  if (!select) return select.error();
  RunHeader header;
  std::int64_t pid = 0, start_time = 0;
  const std::map<std::string_view, std::string*> texts = {
      {"id", &header.id},
      {"name", &header.name},
      {"owner_boot_id", &header.owner.boot_id},
      {"program_version", &header.program_version},
      {"commit", &header.commit},
      {"build_flags", &header.build_flags},
      {"host", &header.host_json},
      {"spec", &header.spec_json},
      {"profile", &header.profile_text}};
  const std::map<std::string_view, std::int64_t*> integers = {
      {"start_utc_ns", &header.start_utc_ns},
      {"start_boot_ns", &header.start_boot_ns},
      {"owner_pid", &pid},
      {"owner_start_time", &start_time}};
  for (;;) {
    const auto row = select->step();
    if (!row) return row.error();
    if (!*row) break;
    const std::string key = select->text(0);
    if (const auto text = texts.find(key); text != texts.end()) *text->second = select->text(1);
    if (const auto number = integers.find(key); number != integers.end()) {
      *number->second = select->integer(1);
    }
  }
  header.owner.pid = static_cast<pid_t>(pid);
  header.owner.start_time = static_cast<std::uint64_t>(start_time);
  if (header.id.empty()) {
    return fault(Errc::corrupt, database.path(), "the file has no run header",
                 "copy it again from where it was written");
  }
  return header;
}

Result<std::optional<Nanos>> read_ended(Database& database) {
  auto select = database.prepare("SELECT v FROM meta WHERE k='ended_ns'");
  if (!select) return select.error();
  const auto row = select->step();
  if (!row) return row.error();
  if (!*row) return std::optional<Nanos>();
  return select->optional_integer(0);
}

Result<bool> self_contained(Database& database) {
  const auto mode = database.query_text("PRAGMA journal_mode");
  if (!mode) return mode.error();
  return *mode != "wal";
}

Result<RunState> read_state(Database& database, const RunHeader& header) {
  const auto ended = read_ended(database);
  if (!ended) return ended.error();
  if (!*ended) return is_alive(header.owner) ? RunState::running : RunState::interrupted;
  const auto alone = self_contained(database);
  if (!alone) return alone.error();
  return *alone ? RunState::sealed : RunState::ended_unsealed;
}

}  // namespace soakrig::store
