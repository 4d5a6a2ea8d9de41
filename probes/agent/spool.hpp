// SPDX-License-Identifier: Apache-2.0
//
// The numbered lines of one stream that nobody has acknowledged yet, in segment files below a
// folder of the stream's own (docs/formats/spool.md), or in memory when there is no room on disk.
// Line n of a segment has the number `first + n`, so what is on disk needs no index: it survives
// the death of the agent, and a torn last line is simply not there.
//
// Nothing blocks longer than a write to the page cache. One owner; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/fd.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::agent {

// One reading of two clocks of the board: places a boot that is over.
struct ClockPair {
  Nanos boot_ns = 0, utc_ns = 0;
};

// Whose lines these are; the first line of the folder's `head`.
struct StreamHead {
  std::string stream;   // UUID
  std::string run;      // which run they belong to
  std::string boot_id;  // whose boot time they count in
};

class Spool {
 public:
  static constexpr std::size_t kSegmentBytes = 512u << 10;
  // While the reader keeps up: so small that it is acknowledged and gone before the kernel writes it.
  static constexpr std::size_t kLiveSegmentBytes = 64u << 10;
  static constexpr std::size_t kMemoryBytes = 8u << 20;  // what is kept when the disk takes nothing

  // A new stream. Without a folder, or where none can be made, it is kept in memory, at most
  // kMemoryBytes of it; problem() then says why.
  Spool(const std::string& folder, StreamHead head, std::size_t budget);
  // What an agent that is gone has left there. Errc::corrupt, not_found, io.
  [[nodiscard]] static Result<Spool> open(const std::string& folder);
  Spool(Spool&&) = default;
  Spool& operator=(Spool&&) = default;

  // --- writing (of a new stream) -------------------------------------------------------------------
  // The next number. False, and nothing kept, when there is no room for it.
  [[nodiscard]] bool append(std::string_view line);
  void announce(std::string line);  // a channels line: kept as long as the stream
  void note_clock(const ClockPair& pair);
  // Starts the way to the disk, without waiting for it.
  void write_out();

  // --- reading ---------------------------------------------------------------------------------------
  // Reads on after this number; what is not there any more is skipped.
  void seek(std::uint64_t seq);
  // The next line with its newline; nothing at the end.
  [[nodiscard]] std::optional<std::string> next();
  // The number that next() gave last.
  [[nodiscard]] std::uint64_t read_to() const { return read_to_; }
  [[nodiscard]] bool at_end() const { return read_to_ >= last_; }
  // The last line went out by itself: as if next() had given it. Only where at_end() was true
  // before it was appended.
  void skip_last();

  // Everything up to it is durable elsewhere.
  void acknowledge(std::uint64_t seq);

  [[nodiscard]] const StreamHead& head() const { return head_; }
  [[nodiscard]] const std::vector<std::string>& announcements() const { return announcements_; }
  [[nodiscard]] const std::vector<ClockPair>& clocks() const { return clocks_; }
  [[nodiscard]] std::uint64_t last() const { return last_; }
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] bool empty() const { return acknowledged_ >= last_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t budget() const { return budget_; }
  // Why it is not on disk, if it is not.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  // Removes its files.
  void remove();

 private:
  struct Segment {
    std::uint64_t first = 0, last = 0;  // last < first: empty
    std::size_t bytes = 0;
    std::string path;  // empty: in memory
    Fd fd;             // open while it is appended to, or in memory
  };

  Spool() = default;
  bool begin_segment();
  void leave_disk(const Error& why);
  bool write_whole(Segment& segment, std::string_view line);
  void append_head(std::string_view line);
  bool fill();
  [[nodiscard]] Result<void> load_head();
  [[nodiscard]] Result<void> load_segments();

  std::string folder_;
  StreamHead head_;
  std::size_t budget_ = 0, bytes_ = 0;
  bool on_disk_ = false;
  std::string problem_;
  std::vector<std::string> announcements_;
  std::vector<ClockPair> clocks_;
  std::deque<Segment> segments_;
  std::uint64_t last_ = 0, acknowledged_ = 0, read_to_ = 0;
  // Of reading: a stretch of one segment.
  std::uint64_t read_first_ = 0;  // first number of the segment that is read, 0 = none
  std::uint64_t read_next_ = 0;   // number of the line at buffer_begin_
  std::size_t read_offset_ = 0;   // in the segment, behind what buffer_ holds
  std::string buffer_;
  std::size_t buffer_begin_ = 0;
};

// The folders of the streams that lie below `folder`, those with the oldest heads first.
[[nodiscard]] std::vector<std::string> stream_folders(const std::string& folder);

}  // namespace soakrig::agent
