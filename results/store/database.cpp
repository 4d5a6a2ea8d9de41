// SPDX-License-Identifier: Apache-2.0
#include "results/store/database.hpp"

#include <sqlite3.h>

#include <bit>
#include <cerrno>
#include <utility>

namespace soakrig::store {
namespace {

constexpr int kBusyMilliseconds = 200;

// One place decides what an SQLite code means to a user.
Error make_error(int code, int system_errno, const char* detail, const std::string& file) {
  Error error;
  error.file = file;
  error.what = detail;
  switch (code & 0xff) {
    case SQLITE_FULL:
      error.code = Errc::full;
      error.what = "no space left for the run's file";
      error.remedy = "free space on its disk, or choose another archive with --archive";
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      error.code = Errc::busy;
      error.what = "the file is in use by another program";
      error.remedy = "end it, or try again in a moment";
      break;
    case SQLITE_NOTADB:
      error.code = Errc::corrupt;
      error.what = "not a .soak file (it is no SQLite database)";
      error.remedy = "name a file that soakrig run wrote";
      break;
    case SQLITE_CORRUPT:
      error.code = Errc::corrupt;
      error.what = "the file is truncated or damaged";
      error.remedy = "copy it again from where it was written, or restore a backup";
      break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      error.code = Errc::io;
      error.what = std::string("the file cannot be written: ") + detail;
      error.remedy =
          "check the permissions of the file and its folder, and how its disk is mounted";
      break;
    case SQLITE_CANTOPEN:
      error.code = Errc::io;
      error.remedy = "check that the folder exists and may be used";
      error.sys = system_errno;
      break;
    case SQLITE_IOERR:
      // A quota ends as an I/O error, not as SQLITE_FULL.
      error.code = system_errno == EDQUOT || system_errno == ENOSPC ? Errc::full : Errc::io;
      error.remedy = "check the disk and the kernel log";
      error.sys = system_errno;
      break;
    default:
      error.code = Errc::io;
      break;
  }
  return error;
}

Error error_of(sqlite3* database, int code, const std::string& file) {
  if (database == nullptr) return make_error(code, 0, sqlite3_errstr(code), file);
  return make_error(code, sqlite3_system_errno(database), sqlite3_errmsg(database), file);
}

std::string file_of(sqlite3* database) {
  const char* name = sqlite3_db_filename(database, "main");
  return name == nullptr ? "" : name;
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Error Statement::error(int code) const {
  sqlite3* database = sqlite3_db_handle(statement_.get());
  return error_of(database, code, file_of(database));
}

int Statement::bind_one(int index, std::int64_t value) {
  return sqlite3_bind_int64(statement_.get(), index, value);
}
int Statement::bind_one(int index, std::uint64_t value) {
  return bind_one(index, static_cast<std::int64_t>(value));
}
int Statement::bind_one(int index, std::uint32_t value) {
  return bind_one(index, std::int64_t{value});
}
int Statement::bind_one(int index, int value) { return bind_one(index, std::int64_t{value}); }
int Statement::bind_one(int index, double value) {
  return sqlite3_bind_double(statement_.get(), index, value);
}
int Statement::bind_one(int index, std::string_view value) {
  // SQLITE_TRANSIENT without its old-style cast: SQLite copies, so the caller's text may go.
  const auto copy = std::bit_cast<sqlite3_destructor_type>(std::intptr_t{-1});
  return sqlite3_bind_text64(statement_.get(), index, value.data() == nullptr ? "" : value.data(),
                             value.size(), copy, SQLITE_UTF8);
}
// Blobs are large and are not copied: run() keeps them until the step is done.
int Statement::bind_one(int index, const Bytes& value) {
  static constexpr std::uint8_t kEmpty = 0;
  return sqlite3_bind_blob64(statement_.get(), index, value.empty() ? &kEmpty : value.data(),
                             value.size(), nullptr);
}
int Statement::bind_one(int index, std::nullopt_t) {
  return sqlite3_bind_null(statement_.get(), index);
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error(code);
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::inserted_id() const {
  return sqlite3_last_insert_rowid(sqlite3_db_handle(statement_.get()));
}

int Statement::columns() const { return sqlite3_column_count(statement_.get()); }
Statement::Type Statement::type(int column) const {
  switch (sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_INTEGER:
      return Type::integer;
    case SQLITE_FLOAT:
      return Type::real;
    case SQLITE_TEXT:
      return Type::text;
    case SQLITE_BLOB:
      return Type::blob;
    default:
      return Type::null;
  }
}
std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}
double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }
std::string_view Statement::text_view(int column) const {
  const unsigned char* begin = sqlite3_column_text(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (begin == nullptr) return {};
  return {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(size)};
}
std::string Statement::text(int column) const { return std::string(text_view(column)); }
ByteSpan Statement::blob_view(int column) const {
  const void* begin = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (begin == nullptr) return {};
  return {static_cast<const std::uint8_t*>(begin), static_cast<std::size_t>(size)};
}
Bytes Statement::blob(int column) const {
  const ByteSpan view = blob_view(column);
  return Bytes(view.begin(), view.end());
}
std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::string& path, Mode mode) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (mode == Mode::read_only) flags |= SQLITE_OPEN_READONLY;
  if (mode == Mode::read_write) flags |= SQLITE_OPEN_READWRITE;
  if (mode == Mode::create) flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Database database;
  database.handle_.reset(raw);
  database.path_ = path;
  if (code != SQLITE_OK) return error_of(raw, code, path);
  sqlite3_busy_timeout(raw, kBusyMilliseconds);
  // The file is input: no triggers or views of its own run, no double-quoted strings, no mmap.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  if (auto done = database.execute("PRAGMA mmap_size=0"); !done) return done.error();
  return database;
}

Result<void> Database::execute(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(handle_.get(), code, path_);
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error_of(handle_.get(), code, path_);
  return Statement(statement);
}

Result<std::int64_t> Database::query_integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return row.error();
  if (!*row) return make_error(SQLITE_CORRUPT, 0, "", path_);
  return statement->integer(0);
}

Result<std::string> Database::query_text(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return row.error();
  if (!*row) return make_error(SQLITE_CORRUPT, 0, "", path_);
  return statement->text(0);
}

Result<Database::Checkpoint> Database::checkpoint(bool truncate) {
  Checkpoint out;
  const int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  const int code =
      sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, mode, &out.wal_pages, &out.done_pages);
  if (code != SQLITE_OK) return error_of(handle_.get(), code, path_);
  return out;
}

void Database::set_busy_wait(int milliseconds) {
  sqlite3_busy_timeout(handle_.get(), milliseconds);
}

Result<void> Database::own_checkpoints() {
  if (auto done = execute("PRAGMA wal_autocheckpoint=0"); !done) return done;
  wal_pages_ = std::make_unique<int>(0);
  sqlite3_wal_hook(
      handle_.get(),
      [](void* context, sqlite3*, const char*, int pages) {
        *static_cast<int*>(context) = pages;
        return SQLITE_OK;
      },
      wal_pages_.get());
  return {};
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

Result<Snapshot> Snapshot::begin(Database& database) {
  if (auto begun = database.execute("BEGIN"); !begun) return begun.error();
  return Snapshot(&database);
}

Snapshot::~Snapshot() {
  // Ending a read transaction cannot fail in a way that matters: the connection closes next.
  if (database_ != nullptr) static_cast<void>(database_->execute("ROLLBACK"));
}

}  // namespace soakrig::store
