// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/spool.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <memory>
#include <utility>

#include "rig/base/json_guard.hpp"

namespace soakrig::agent {

namespace {

constexpr std::size_t kMaxHead = 64u << 20;
constexpr std::size_t kReadAtOnce = 64u << 10;
constexpr std::size_t kMaxClocks = 4096;
constexpr std::string_view kHead = "/head";
constexpr std::string_view kSuffix = ".lines";

std::string segment_path(const std::string& folder, std::uint64_t first) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "/%012llu", static_cast<unsigned long long>(first));
  return folder + name.data() + std::string(kSuffix);
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> out;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), &::closedir);
  if (!dir) return out;
  while (const dirent* entry = ::readdir(dir.get())) out.emplace_back(entry->d_name);
  std::ranges::sort(out);
  return out;
}

// All of it or an error; what a disk that fills up took is no line.
bool write_fully(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::string head_line(const StreamHead& head) {
  return dump_json({{"stream",
                     {{"stream", head.stream}, {"run", head.run}, {"boot_id", head.boot_id}}}}) +
         "\n";
}

}  // namespace

Spool::Spool(const std::string& folder, StreamHead head, std::size_t budget)
    : folder_(folder), head_(std::move(head)), budget_(budget), on_disk_(!folder.empty()) {
  if (!on_disk_) {
    leave_disk(Error{Errc::not_found, "the spool has no folder"});
  } else if (::mkdir(folder.c_str(), 0700) != 0) {
    leave_disk(sys_error("cannot make the spool's folder", folder));
  } else {
    append_head(head_line(head_));
  }
}

void Spool::leave_disk(const Error& why) {
  on_disk_ = false;
  problem_ = why.message();
  budget_ = std::min(budget_, bytes_ + kMemoryBytes);
}

void Spool::append_head(std::string_view line) {
  if (!on_disk_) return;
  const Fd fd(::open((folder_ + std::string(kHead)).c_str(),
                     O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (!fd || !write_fully(fd.get(), line)) {
    leave_disk(sys_error("cannot write the spool", folder_, "free some space"));
  }
}

void Spool::announce(std::string line) {
  append_head(line);
  announcements_.push_back(std::move(line));
}

void Spool::note_clock(const ClockPair& pair) {
  append_head(dump_json({{"clock", {{"boot_ns", pair.boot_ns}, {"utc_ns", pair.utc_ns}}}}) + "\n");
  if (clocks_.size() >= kMaxClocks) clocks_.erase(clocks_.begin() + 1);  // the oldest one stays
  clocks_.push_back(pair);
}

bool Spool::begin_segment() {
  Segment segment;
  segment.first = last_ + 1;
  segment.last = last_;
  if (on_disk_) {
    segment.path = segment_path(folder_, segment.first);
    segment.fd = Fd(::open(segment.path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
    if (!segment.fd) leave_disk(sys_error("cannot write the spool", folder_, "free some space"));
  }
  if (!on_disk_) {
    segment.path.clear();
    segment.fd = Fd(::memfd_create("soakrig-spool", MFD_CLOEXEC));
    if (!segment.fd) return false;
  }
  // Of those on disk only the one that is written is kept open.
  if (!segments_.empty() && !segments_.back().path.empty()) segments_.back().fd.reset();
  segments_.push_back(std::move(segment));
  return true;
}

bool Spool::write_whole(Segment& segment, std::string_view line) {
  if (write_fully(segment.fd.get(), line)) return true;
  const Error why = sys_error("cannot write the spool", folder_, "free some space");
  if (::ftruncate(segment.fd.get(), static_cast<off_t>(segment.bytes)) != 0) errno = 0;
  if (!segment.path.empty()) leave_disk(why);
  return false;
}

bool Spool::append(std::string_view line) {
  if (bytes_ + line.size() > budget_) return false;
  const std::size_t enough = at_end() ? kLiveSegmentBytes : kSegmentBytes;
  const bool fresh = segments_.empty() || segments_.back().bytes >= enough ||
                     (!on_disk_ && !segments_.back().path.empty());
  if (fresh && !begin_segment()) return false;
  if (!write_whole(segments_.back(), line)) {
    // Once more in memory, if it was the disk that took nothing.
    if (segments_.back().path.empty() || bytes_ + line.size() > budget_) return false;
    if (!begin_segment() || !write_whole(segments_.back(), line)) return false;
  }
  segments_.back().last = ++last_;
  segments_.back().bytes += line.size();
  bytes_ += line.size();
  return true;
}

void Spool::write_out() {
  if (segments_.empty() || segments_.back().path.empty() || !segments_.back().fd) return;
  ::sync_file_range(segments_.back().fd.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
}

void Spool::seek(std::uint64_t seq) {
  read_to_ = std::min(std::max(seq, acknowledged_), last_);
  read_first_ = 0;
  buffer_.clear();
  buffer_begin_ = 0;
}

void Spool::skip_last() {
  seek(last_);
}

// More of the segment that holds the next number; false when there is none, or it is unreadable.
bool Spool::fill() {
  auto found = std::ranges::find_if(segments_,
                                    [&](const Segment& s) { return s.last > read_to_; });
  if (found == segments_.end()) return false;
  if (read_first_ != found->first) {
    read_first_ = read_next_ = found->first;
    read_offset_ = buffer_begin_ = 0;
    buffer_.clear();
  }
  buffer_.erase(0, buffer_begin_);
  buffer_begin_ = 0;
  Fd opened;
  if (!found->fd) opened = Fd(::open(found->path.c_str(), O_RDONLY | O_CLOEXEC));
  const int fd = found->fd ? found->fd.get() : opened.get();
  const std::size_t held = buffer_.size();
  buffer_.resize(held + kReadAtOnce);
  ssize_t n = 0;
  do {
    n = ::pread(fd, buffer_.data() + held, kReadAtOnce, static_cast<off_t>(read_offset_));
  } while (n < 0 && errno == EINTR);
  buffer_.resize(held + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  if (n <= 0) {
    // A file that somebody took away or cut: the rest of it is lost, and its numbers will be missed.
    read_to_ = found->last;
    read_first_ = 0;
    buffer_.clear();
    return read_to_ < last_;
  }
  read_offset_ += static_cast<std::size_t>(n);
  return true;
}

std::optional<std::string> Spool::next() {
  while (!at_end()) {
    const auto newline = read_first_ == 0 ? std::string::npos : buffer_.find('\n', buffer_begin_);
    if (newline == std::string::npos) {
      if (!fill()) return std::nullopt;
      continue;
    }
    const std::size_t begin = std::exchange(buffer_begin_, newline + 1);
    const std::uint64_t number = read_next_++;
    if (number <= read_to_) continue;
    read_to_ = number;
    return buffer_.substr(begin, newline + 1 - begin);
  }
  return std::nullopt;
}

void Spool::acknowledge(std::uint64_t seq) {
  acknowledged_ = std::max(acknowledged_, std::min(seq, last_));
  while (!segments_.empty() && segments_.front().last <= acknowledged_) {
    Segment& gone = segments_.front();
    // A small one that is still written to goes on.
    if (segments_.size() == 1 && gone.bytes < kLiveSegmentBytes && gone.fd) break;
    bytes_ -= gone.bytes;
    if (!gone.path.empty()) ::unlink(gone.path.c_str());
    if (read_first_ == gone.first) read_first_ = 0;
    segments_.pop_front();
  }
  if (read_to_ < acknowledged_) seek(acknowledged_);
}

void Spool::remove() {
  segments_.clear();
  bytes_ = 0;
  acknowledged_ = read_to_ = last_;
  if (folder_.empty()) return;
  for (const std::string& name : names_in(folder_)) {
    if (name.ends_with(kSuffix) || "/" + name == kHead) ::unlink((folder_ + "/" + name).c_str());
  }
  ::rmdir(folder_.c_str());
}

// --- what an agent that is gone has left -----------------------------------------------------------

Result<void> Spool::load_head() {
  const std::string path = folder_ + std::string(kHead);
  const auto text = read_file(path, kMaxHead);
  if (!text) return text.error();
  std::size_t begin = 0;
  for (auto end = text->find('\n'); end != std::string::npos; end = text->find('\n', begin)) {
    std::string line = text->substr(begin, end + 1 - begin);
    begin = end + 1;
    const auto message = parse_json(line);
    if (!message || !message->is_object() || message->size() != 1) continue;
    const std::string key = message->begin().key();
    const auto& body = message->begin().value();
    if (key == "stream" && head_.stream.empty()) {
      head_.stream = json_get<std::string>(body, "stream").value_or("");
      head_.run = json_get<std::string>(body, "run").value_or("");
      head_.boot_id = json_get<std::string>(body, "boot_id").value_or("");
    } else if (key == "channels") {
      announcements_.push_back(std::move(line));
    } else if (key == "clock" && clocks_.size() < kMaxClocks) {
      const auto boot = json_get<Nanos>(body, "boot_ns");
      const auto utc = json_get<Nanos>(body, "utc_ns");
      if (boot && utc) clocks_.push_back({*boot, *utc});
    }
  }
  if (!head_.stream.empty()) return {};
  return Error{Errc::corrupt, "a spool without a head", "it is left alone", path, 1};
}

Result<void> Spool::load_segments() {
  for (const std::string& name : names_in(folder_)) {
    if (!name.ends_with(kSuffix)) continue;
    Segment segment;
    segment.path = folder_ + "/" + name;
    const auto parsed =
        std::from_chars(name.data(), name.data() + name.size() - kSuffix.size(), segment.first);
    struct stat info {};
    if (parsed.ec != std::errc() || segment.first == 0 ||
        ::stat(segment.path.c_str(), &info) != 0) {
      continue;
    }
    segment.bytes = static_cast<std::size_t>(info.st_size);
    if (!segments_.empty()) segments_.back().last = segment.first - 1;
    segments_.push_back(std::move(segment));
  }
  if (segments_.empty()) return {};
  // Only whole lines count: the last one may be torn.
  Segment& newest = segments_.back();
  const auto text = read_file(newest.path, std::max<std::size_t>(newest.bytes, kSegmentBytes * 4));
  if (!text) return text.error();
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(*text, '\n'));
  newest.last = newest.first + lines - 1;
  for (const Segment& segment : segments_) bytes_ += segment.bytes;
  acknowledged_ = read_to_ = segments_.front().first - 1;
  last_ = std::max(newest.last, acknowledged_);
  return {};
}

Result<Spool> Spool::open(const std::string& folder) {
  Spool spool;
  spool.folder_ = folder;
  spool.on_disk_ = true;
  if (auto done = spool.load_head(); !done) return done.error();
  if (auto done = spool.load_segments(); !done) return done.error();
  spool.budget_ = spool.bytes_;
  return spool;
}

std::vector<std::string> stream_folders(const std::string& folder) {
  std::vector<std::pair<std::pair<time_t, long>, std::string>> found;
  for (const std::string& name : names_in(folder)) {
    struct stat info {};
    const std::string path = folder + "/" + name;
    if (name.starts_with('.') || ::stat((path + std::string(kHead)).c_str(), &info) != 0) continue;
    // The head grows while the stream lives: its end tells which one came first.
    found.push_back({{info.st_mtim.tv_sec, info.st_mtim.tv_nsec}, path});
  }
  std::ranges::sort(found);
  std::vector<std::string> out;
  for (auto& [time, path] : found) out.push_back(std::move(path));
  return out;
}

}  // namespace soakrig::agent
