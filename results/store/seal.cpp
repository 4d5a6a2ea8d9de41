// SPDX-License-Identifier: Apache-2.0
#include "results/store/seal.hpp"

#include <chrono>
#include <thread>

#include "results/store/chain.hpp"
#include "results/store/reader.hpp"
#include "results/store/schema.hpp"
#include "results/store/seal_tail.hpp"

namespace soakrig::store {
namespace {

constexpr auto kRetry = std::chrono::milliseconds(20);

// All of it in exclusive mode: nobody else may even read, so that only one connection ever writes
// and checkpoints (SQLite's WAL-reset bug needs two).
Result<void> seal_alone(const std::string& path) {
  auto database = Database::open(path, Database::Mode::read_write);
  if (!database) return database.error();
  auto done = database->execute(
      "PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL; PRAGMA secure_delete=OFF;"
      "PRAGMA cache_size=-16384; BEGIN EXCLUSIVE");
  if (!done) return done;
  if (auto version = check_schema(*database); !version) return version.error();
  if (auto chunks = seal_tail(*database); !chunks) return chunks.error();
  {
    auto chain = Chain::prepare(*database);
    if (!chain) return chain.error();
    if (*chain) done = (*chain)->complete(*database);
    if (!done) return done;
  }
  if (done = database->execute("COMMIT"); !done) return done;
  compact(*database);
  const auto mode = database->query_text("PRAGMA journal_mode=DELETE");
  if (!mode) return mode.error();
  if (*mode == "delete") return {};
  Error error;
  error.code = Errc::busy;
  error.file = path;
  error.what = "another program is reading the file";
  error.remedy = "close it and try again";
  return error;
}

}  // namespace

Result<RunState> seal(const std::string& path, Nanos wait) {
  const auto reader = Reader::open(path);
  if (!reader) return reader.error();
  const auto state = reader->state();
  if (!state || *state == RunState::sealed) return state;
  if (*state == RunState::running) {
    Error error;
    error.code = Errc::busy;
    error.file = path;
    error.what =
        "the run is still being written by process " + std::to_string(reader->header().owner.pid);
    error.remedy = "stop it first with soakrig stop";
    return error;
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(wait);
  for (;;) {
    const auto done = seal_alone(path);
    if (done) return reader->state();
    if (done.error().code != Errc::busy || std::chrono::steady_clock::now() >= deadline) {
      return done.error();
    }
    std::this_thread::sleep_for(kRetry);
  }
}

}  // namespace soakrig::store
