// SPDX-License-Identifier: Apache-2.0
//
// A layer below SQLite that sees every write, truncation, sync and deletion of a file, remembers
// them in order, and can say what a disk may hold after the power went away at any of them. While
// it lives it is what SQLite opens files with, whoever asks; so the store's own code runs on it
// unchanged. One at a time; thread-safe.
//
// The model of a disk: what was written before a file's last sync is there. Of what came after,
// each sector of 512 bytes may hold the newest version, an older one or garbage, whatever the order
// of the writes was, and the file may have any of the sizes that it had. Names appear at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace soakrig::test {

class FaultVfs {
 public:
  struct Options {
    bool ignore_sync = false;      // a disk that lies: nothing is ever certain
    bool synchronous_off = false;  // every connection has synchronous=OFF, whatever it asks for
  };
  FaultVfs() : FaultVfs(Options{}) {}
  explicit FaultVfs(Options options);
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  // From now on SQLite opens files as usual; the log stays. Every file must be closed.
  void detach();

  // Marks the log, in order with the writes: something was acknowledged.
  void acknowledge(std::uint64_t number);
  [[nodiscard]] std::size_t log_size() const;

  // Writes to `to` what the disk may hold of `path` and its WAL and journal when the power goes
  // away after `log` entries. Answers the last number acknowledged before that.
  std::uint64_t cut(std::size_t log, std::mt19937_64& random, const std::string& path,
                    const std::string& to) const;

  // How many connections changed this very file. Each opens it once.
  [[nodiscard]] std::size_t connections_that_changed(const std::string& file) const;

  struct State;  // fault_vfs.cpp

 private:
  std::unique_ptr<State> state_;
};

}  // namespace soakrig::test
