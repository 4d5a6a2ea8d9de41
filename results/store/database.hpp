// SPDX-License-Identifier: Apache-2.0
//
// The few things the store needs of SQLite, as values with owners and Results instead of codes.
// Internal to results/store: nobody else includes this, and only database.cpp includes sqlite3.h.
// A Database and its Statements belong to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "results/store/bytes.hpp"
#include "rig/base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace soakrig::store {

// A prepared statement. Text and blobs that are read are copied out.
class Statement {
 public:
  // Binds parameters 1, 2, 3… and leaves the statement ready to step.
  template <class... Values>
  [[nodiscard]] Result<void> bind(const Values&... values) {
    reset();
    int index = 0;
    int code = 0;
    ((code = code != 0 ? code : bind_one(++index, values)), ...);
    return code == 0 ? Result<void>() : Result<void>(error(code));
  }
  // True with a row, false at the end.
  [[nodiscard]] Result<bool> step();
  // bind, step to the end, reset: for statements that return no rows.
  template <class... Values>
  [[nodiscard]] Result<void> run(const Values&... values) {
    if (auto bound = bind(values...); !bound) return bound;
    const auto stepped = step();
    reset();
    return stepped ? Result<void>() : Result<void>(stepped.error());
  }
  void reset();
  // Id of the row that the last INSERT on this connection made.
  [[nodiscard]] std::int64_t inserted_id() const;

  enum class Type { null, integer, real, text, blob };
  [[nodiscard]] int columns() const;
  [[nodiscard]] Type type(int column) const;
  [[nodiscard]] bool is_null(int column) const { return type(column) == Type::null; }
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] Bytes blob(int column) const;
  // Not copied: good until the next step, bind or reset.
  [[nodiscard]] std::string_view text_view(int column) const;
  [[nodiscard]] ByteSpan blob_view(int column) const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  int bind_one(int index, std::int64_t value);
  int bind_one(int index, std::uint64_t value);
  int bind_one(int index, std::uint32_t value);
  int bind_one(int index, int value);
  int bind_one(int index, double value);
  int bind_one(int index, std::string_view value);
  int bind_one(int index, const char* value) { return bind_one(index, std::string_view(value)); }
  int bind_one(int index, const std::string& value) {
    return bind_one(index, std::string_view(value));
  }
  int bind_one(int index, const Bytes& value);
  int bind_one(int index, std::nullopt_t value);
  template <class T>
  int bind_one(int index, const std::optional<T>& value) {
    return value ? bind_one(index, *value) : bind_one(index, std::nullopt);
  }
  [[nodiscard]] Error error(int code) const;

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
 public:
  enum class Mode { read_only, read_write, create };

  // Opens with exclusive ownership of the handle; waits up to 200 ms for locks. SQLite opens
  // lazily: most faults of a file show only at the first read.
  [[nodiscard]] static Result<Database> open(const std::string& path, Mode mode);

  [[nodiscard]] Result<void> execute(const char* sql);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  // First column of the first row; an error when there is none.
  [[nodiscard]] Result<std::int64_t> query_integer(std::string_view sql);
  [[nodiscard]] Result<std::string> query_text(std::string_view sql);

  struct Checkpoint {
    int wal_pages = 0;   // in the WAL
    int done_pages = 0;  // of these, copied into the file
    [[nodiscard]] bool complete() const { return wal_pages == done_pages; }
  };
  // truncate: waits for readers as long as the busy time allows, then empties the WAL.
  [[nodiscard]] Result<Checkpoint> checkpoint(bool truncate);
  void set_busy_wait(int milliseconds);
  // From now on checkpoints happen only when asked for, and wal_pages() is the WAL's length after
  // the last commit.
  [[nodiscard]] Result<void> own_checkpoints();
  [[nodiscard]] int wal_pages() const { return wal_pages_ == nullptr ? 0 : *wal_pages_; }
  // True inside a transaction: SQLite rolls some failures back by itself.
  [[nodiscard]] bool in_transaction() const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<int> wal_pages_;  // outlives the handle, whose hook writes it
  std::unique_ptr<sqlite3, Close> handle_;
  std::string path_;
};

// A read transaction for the length of a scope: every read inside sees one state of the file.
class Snapshot {
 public:
  [[nodiscard]] static Result<Snapshot> begin(Database& database);
  Snapshot(Snapshot&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Snapshot& operator=(Snapshot&&) = delete;
  ~Snapshot();

 private:
  explicit Snapshot(Database* database) : database_(database) {}
  Database* database_;
};

}  // namespace soakrig::store
