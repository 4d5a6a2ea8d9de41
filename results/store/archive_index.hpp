// SPDX-License-Identifier: Apache-2.0
//
// The archive's memory of closed runs, so that thousands are listed without opening their files:
// one hidden file of JSON lines in the archive. A cache and nothing more: an entry counts only
// while its file's size, time and inode are the same, what is missing or damaged is read from the
// runs themselves, and whoever deletes it loses nothing. `verify` never looks at it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "results/store/archived_run.hpp"

namespace soakrig::store {

inline constexpr std::string_view kIndexFile = ".soakrig-index.jsonl";

// What changes when a file does.
struct FileStamp {
  std::uint64_t bytes = 0, inode = 0;
  std::int64_t mtime_ns = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};
// Nothing for what is no regular file.
[[nodiscard]] std::optional<FileStamp> stamp_of(const std::string& path);

class ArchiveIndex {
 public:
  // Of an archive that has none: empty.
  [[nodiscard]] static ArchiveIndex load(const std::string& directory);

  // Takes the entry out; what is not taken by the time of save is forgotten.
  [[nodiscard]] std::optional<ArchivedRun> take(const std::string& file, const FileStamp& stamp);
  void keep(const ArchivedRun& run, const FileStamp& stamp);
  // When anything differs from what was loaded. An archive that cannot be written has no index.
  void save(const std::string& directory);

 private:
  struct Entry {
    FileStamp stamp;
    std::string text;  // encode_archived
  };
  std::map<std::string, Entry, std::less<>> loaded_, kept_;
};

}  // namespace soakrig::store
