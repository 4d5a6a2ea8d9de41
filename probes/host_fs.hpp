// SPDX-License-Identifier: Apache-2.0
//
// The only way a probe reaches the operating system: small text files below a root. A root other
// than "/" is a foreign tree (a fixture, a capture, the virtual bench) and may hold hostile links,
// so nothing in it can lead outside. What a reading means is for the probes; this file must not
// know.
//
// A File is opened once and re-read in place: no path walk and no allocation per read. All Files of
// one HostFs share one buffer, so the text of a read is valid until the next read of any of them.
// One thread per HostFs; it must outlive its Files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/channel.hpp"
#include "rig/base/result.hpp"

namespace soakrig::probes {

// Which tree a path is looked up in.
enum class Scope : std::uint8_t {
  board,  // below the sysroot: temperatures, clocks, sensors, boot_id, kernel log
  load,   // where the workloads run: as `host`, but below the sysroot of a replayed tree, since a
          // capture's own /proc is then the only one that belongs to it
  host,   // always the real /proc: rig health (steal, pressure) and our own processes
};

enum class ReadMode : std::uint8_t {
  attribute,  // one pread: sysfs attributes and /proc files that the kernel renders in one piece
  stream,     // pread to the end: /proc files rendered record by record (vmstat, interrupts)
};

// What one read gave. `text` is meaningful only in state good. Absence and failure are told apart:
// no_data = not there, not permitted, or powered off; error = there and failing (EIO, a dead bus).
struct Text {
  State state = State::no_data;
  int sys = 0;  // errno, 0 when good
  std::string_view text;
};

// The one place that says which errno means absent and which means broken.
[[nodiscard]] State state_of_errno(int sys);

// How a File gets its bytes; implemented by the real file system and by fakes.
class FileSource {
 public:
  virtual ~FileSource() = default;
  virtual Text read() = 0;
};

// A file kept open. Move-only; a default-made or never-opened one reads as no_data. A file that
// cannot be opened, or goes away later, is looked for again on each read, so a sensor may return.
class File {
 public:
  File() = default;
  File(std::unique_ptr<FileSource> source, std::string path)
      : source_(std::move(source)), path_(std::move(path)) {}

  [[nodiscard]] Text read() { return source_ ? source_->read() : Text{}; }
  // The path inside the tree, as a channel's `source` names it.
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::unique_ptr<FileSource> source_;
  std::string path_;
};

// The kernel log, one record a call: "<6>,seq,usec,flags;text". Only the running kernel has one.
class LogSource {
 public:
  virtual ~LogSource() = default;
  // The next record, state no_data when there is none now. sys is EPIPE when records were lost in
  // between. The text is valid until the next call.
  virtual Text next() = 0;
};

class HostFs {
 public:
  // No file is read beyond this, and no listing holds more entries: a hostile tree costs a bound.
  static constexpr std::size_t kMaxFile = 1u << 20;
  static constexpr std::size_t kMaxEntries = 8192;
  static constexpr std::size_t kMaxMatches = 1024;

  virtual ~HostFs() = default;

  // Never fails: a missing file is a File that reads as no_data.
  [[nodiscard]] virtual File open(std::string_view path, ReadMode mode = ReadMode::attribute,
                                  Scope scope = Scope::board) = 0;
  // Names in a directory, in natural order (zone2 before zone10), without "." and "..";
  // empty when it is missing, unreadable or no directory.
  [[nodiscard]] virtual std::vector<std::string> list(std::string_view directory,
                                                      Scope scope = Scope::board) = 0;
  [[nodiscard]] virtual bool exists(std::string_view path, Scope scope = Scope::board) = 0;
  // measured for the real root, simulated where the marker file soakrig-virtual lies in the root,
  // else replayed; scope host is always measured.
  [[nodiscard]] virtual Provenance provenance(Scope scope = Scope::board) const = 0;
  // The kernel log from now on; null where there is none to read (a foreign tree, no permission).
  [[nodiscard]] virtual std::unique_ptr<LogSource> open_kernel_log() = 0;
  // The root as given, for messages: "/" or the tree's folder.
  [[nodiscard]] virtual const std::string& root() const = 0;

  // Paths that match a pattern whose components may hold '*' and '?', in natural order, at most
  // kMaxMatches. Allow-listed patterns only: never walk a tree blindly, reading can have effects.
  [[nodiscard]] std::vector<std::string> glob(std::string_view pattern, Scope scope = Scope::board);
  // One read of a whole file, trailing white space and NULs cut; absent when it cannot be read.
  // For discovery and facts, not for the hot path.
  [[nodiscard]] std::optional<std::string> read_once(std::string_view path,
                                                     Scope scope = Scope::board);
};

// The real file system below `root` ("/" or a folder). `process_root` is where scope host looks:
// the real "/" in every program, a fixture in tests. Throws Fatal when root is not a readable
// directory.
[[nodiscard]] std::unique_ptr<HostFs> open_host_fs(const std::string& root,
                                                   const std::string& process_root = "/");

// "thermal_zone2" before "thermal_zone10": digits compare as numbers.
[[nodiscard]] bool natural_less(std::string_view a, std::string_view b);

}  // namespace soakrig::probes
