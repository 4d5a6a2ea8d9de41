// SPDX-License-Identifier: Apache-2.0
//
// One short look into a file: a READONLY connection that lives as long as the call that needs it.
// Where SQLite cannot read in place (a folder or medium that is not writable), file and WAL are
// copied aside and the copy is read; never `immutable` beside a WAL, which would read half a run.
//
// The file itself is never opened by other means while SQLite can: closing a second descriptor
// would drop the locks of a writer in the same process (SQLite, howtocorrupt 2.2).
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "results/store/database.hpp"

namespace soakrig::store {

// Differs whenever `file` may have changed: inode, size and time of change; a fixed word where there is
// no such file. run_stamp: of a run's file and its WAL. Opens nothing.
[[nodiscard]] std::string file_stamp(const std::string& file);
[[nodiscard]] std::string run_stamp(const std::string& path);

// A private folder that goes away with its owner.
class CopyAside {
 public:
  // Copies `path` and its WAL; again, if they changed while being copied.
  [[nodiscard]] static Result<CopyAside> make(const std::string& path);
  CopyAside(CopyAside&& other) noexcept;
  CopyAside& operator=(CopyAside&& other) noexcept;
  ~CopyAside();

  [[nodiscard]] const std::string& file() const { return file_; }
  // True when the original is still what was copied.
  [[nodiscard]] bool current() const;

 private:
  CopyAside() = default;
  void remove();
  std::string original_, folder_, file_, stamp_;
};

// Opens files for reading; keeps a copy aside, where one was needed, for its own lifetime.
// Thread-safe.
class SessionSource {
 public:
  explicit SessionSource(std::string path) : path_(std::move(path)) {}
  // Checked: an application id and version this build reads.
  [[nodiscard]] Result<Database> open() const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  [[nodiscard]] Result<Database> open_copy() const;

  std::string path_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<CopyAside> copy_;
};

}  // namespace soakrig::store
