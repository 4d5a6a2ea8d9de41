// SPDX-License-Identifier: Apache-2.0
#include "results/store/archive_index.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "rig/base/fd.hpp"
#include "rig/base/version.hpp"

namespace soakrig::store {
namespace {

constexpr std::size_t kMostBytes = 256u << 20;
// A file that was changed within the clock's grain of being looked at could change again unseen.
constexpr Nanos kSettled = 2 * kSecond;

// The first line: another build may know other things of a run.
std::string head_line() {
  return "soakrig-index 1 " + std::string(version()) + " " + std::string(commit());
}

// "BYTES INODE MTIME FILE\tJSON"
std::optional<std::uint64_t> take_number(std::string_view& line) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (failed != std::errc() || end == line.data() + line.size() || *end != ' ') return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()) + 1);
  return value;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

std::optional<FileStamp> stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return FileStamp{static_cast<std::uint64_t>(status.st_size), status.st_ino,
                   status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec};
}

ArchiveIndex ArchiveIndex::load(const std::string& directory) {
  ArchiveIndex index;
  const std::string path = directory + "/" + std::string(kIndexFile);
  if (!stamp_of(path)) return index;
  const auto text = read_file(path, kMostBytes);
  if (!text) return index;
  std::string_view rest = *text;
  if (take_line(rest) != head_line()) return index;
  while (!rest.empty()) {
    std::string_view line = take_line(rest);
    const auto bytes = take_number(line), inode = take_number(line), mtime = take_number(line);
    const std::size_t tab = line.find('\t');
    if (!bytes || !inode || !mtime || tab == std::string_view::npos) continue;
    index.loaded_.insert_or_assign(std::string(line.substr(0, tab)),
                                   Entry{{*bytes, *inode, static_cast<std::int64_t>(*mtime)},
                                         std::string(line.substr(tab + 1))});
  }
  return index;
}

std::optional<ArchivedRun> ArchiveIndex::take(const std::string& file, const FileStamp& stamp) {
  const auto found = loaded_.find(file);
  if (found == loaded_.end() || found->second.stamp != stamp) return std::nullopt;
  auto run = decode_archived(found->second.text);
  if (run) kept_.insert_or_assign(file, found->second);
  return run;
}

void ArchiveIndex::keep(const ArchivedRun& run, const FileStamp& stamp) {
  const bool odd_name = run.file.find_first_of("\t\n") != std::string::npos;
  if (run.error || odd_name || SystemClock().utc_ns() - stamp.mtime_ns < kSettled) return;
  kept_.insert_or_assign(run.file, Entry{stamp, encode_archived(run)});
}

void ArchiveIndex::save(const std::string& directory) {
  const bool same = std::ranges::equal(loaded_, kept_, [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.stamp == b.second.stamp && a.second.text == b.second.text;
  });
  if (same || ::access(directory.c_str(), W_OK) != 0) return;
  std::string text = head_line() + "\n";
  for (const auto& [file, entry] : kept_) {
    text += std::to_string(entry.stamp.bytes) + " " + std::to_string(entry.stamp.inode) + " " +
            std::to_string(entry.stamp.mtime_ns) + " " + file + "\t" + entry.text + "\n";
  }
  // A full disk: the next listing is as slow as this one.
  static_cast<void>(write_file_atomic(directory + "/" + std::string(kIndexFile), text));
}

}  // namespace soakrig::store
