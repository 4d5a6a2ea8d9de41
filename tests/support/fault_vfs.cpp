// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fault_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <set>
#include <sstream>

namespace soakrig::test {
namespace {

constexpr std::size_t kSector = 512;

enum class Kind { open, write, truncate, sync, remove, acknowledge };

struct Entry {
  Kind kind = Kind::sync;
  std::string file;
  std::size_t at = 0;         // offset, size or number
  std::string data;           // written; of open: what the file held, all of it certain
  std::uint64_t opening = 0;  // which opening of the file did it
};

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void apply(const Entry& entry, std::string& bytes) {
  if (entry.kind == Kind::truncate) bytes.resize(entry.at, '\0');
  if (entry.kind != Kind::write) return;
  if (bytes.size() < entry.at + entry.data.size()) bytes.resize(entry.at + entry.data.size(), '\0');
  bytes.replace(entry.at, entry.data.size(), entry.data);
}

// A sector with unsynced writes: what it held after each, and which of its bytes they touched. The
// others stay what they were (SQLite calls that powersafe overwrite and builds on it).
struct Sector {
  std::vector<std::string> held;
  std::size_t begin = kSector, end = 0;
};

// One file as the power goes away.
class DiskFile {
 public:
  void take(const Entry& entry, bool ignore_sync) {
    switch (entry.kind) {
      case Kind::open:
        if (!exists_) certain_ = entry.data;
        exists_ = true;
        break;
      case Kind::write:
      case Kind::truncate:
        unsynced_.push_back(&entry);
        break;
      case Kind::sync:
        if (!ignore_sync) settle();
        break;
      case Kind::remove:
        *this = DiskFile();
        break;
      case Kind::acknowledge:
        break;
    }
  }

  [[nodiscard]] std::optional<std::string> after_cut(std::mt19937_64& random) {
    if (!exists_) return std::nullopt;
    // One disk in four has simply stopped; one lost all that was not certain; the others mix.
    const auto mood = random() % 4;
    if (mood == 0) settle();
    if (mood <= 1) return certain_;
    std::vector<std::size_t> sizes{certain_.size()};
    std::map<std::size_t, Sector> sectors;
    std::string newest = certain_;
    for (const Entry* entry : unsynced_) {
      apply(*entry, newest);
      sizes.push_back(newest.size());
      if (entry->kind != Kind::write) continue;
      const std::size_t end = entry->at + entry->data.size();
      for (std::size_t at = entry->at / kSector * kSector; at < end; at += kSector) {
        Sector& sector = sectors[at];
        sector.held.push_back(newest.substr(at, kSector));
        sector.begin = std::min(sector.begin, std::max(entry->at, at) - at);
        sector.end = std::max(sector.end, std::min(end, at + kSector) - at);
      }
    }
    std::string out = certain_;
    out.resize(sizes[random() % sizes.size()], '\0');
    for (const auto& [at, sector] : sectors) {
      const auto dice = random() % 8;
      if (at >= out.size() || dice < 2) continue;  // never arrived
      std::string bytes =
          dice < 6 ? sector.held.back() : sector.held[random() % sector.held.size()];
      const std::size_t end = std::min(sector.end, bytes.size());
      for (std::size_t i = sector.begin; dice == 7 && i < end; ++i) {
        bytes[i] = static_cast<char>(random());
      }
      const std::size_t count = std::min(bytes.size(), out.size() - at);
      out.replace(at, count, bytes, 0, count);
    }
    return out;
  }

 private:
  void settle() {
    for (const Entry* entry : unsynced_) apply(*entry, certain_);
    unsynced_.clear();
  }

  bool exists_ = false;
  std::string certain_;
  std::vector<const Entry*> unsynced_;
};

}  // namespace

struct FaultVfs::State {
  Options options;
  sqlite3_vfs* real = nullptr;
  sqlite3_vfs mine{};
  mutable std::mutex mutex;
  std::vector<Entry> log;
  std::uint64_t openings = 0;
  std::set<std::string> known;  // files whose content is in the log

  void add_opening(const std::string& file, std::uint64_t& opening) {
    const std::lock_guard lock(mutex);
    opening = ++openings;
    if (known.insert(file).second) log.push_back({Kind::open, file, 0, content_of(file), opening});
  }
  void add_removal(const std::string& file) {
    const std::lock_guard lock(mutex);
    known.erase(file);
    log.push_back({Kind::remove, file, 0, "", 0});
  }
  void add(Entry entry) {
    const std::lock_guard lock(mutex);
    log.push_back(std::move(entry));
  }
};

namespace {

// SQLite allocates it, with room for the real file behind it.
struct File {
  sqlite3_file base;
  FaultVfs::State* state;
  std::string* name;  // null: not logged
  std::uint64_t opening;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File& file_of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
const sqlite3_io_methods& real_methods(sqlite3_file* file) {
  return *file_of(file).real()->pMethods;
}

int close_file(sqlite3_file* file) {
  delete file_of(file).name;
  file_of(file).name = nullptr;
  return real_methods(file).xClose(file_of(file).real());
}
int read_file(sqlite3_file* file, void* to, int count, sqlite3_int64 at) {
  return real_methods(file).xRead(file_of(file).real(), to, count, at);
}
int write_file(sqlite3_file* file, const void* from, int count, sqlite3_int64 at) {
  File& mine = file_of(file);
  if (mine.name != nullptr) {
    const auto* bytes = static_cast<const char*>(from);
    mine.state->add({Kind::write,
                     *mine.name,
                     static_cast<std::size_t>(at),
                     std::string(bytes, static_cast<std::size_t>(count)),
                     {}});
  }
  return real_methods(file).xWrite(mine.real(), from, count, at);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  File& mine = file_of(file);
  if (mine.name != nullptr) {
    mine.state->add({Kind::truncate, *mine.name, static_cast<std::size_t>(size), "", mine.opening});
  }
  return real_methods(file).xTruncate(mine.real(), size);
}
int sync_file(sqlite3_file* file, int flags) {
  File& mine = file_of(file);
  // The real disk is spared: this one's memory is the log.
  static_cast<void>(flags);
  if (mine.name != nullptr) mine.state->add({Kind::sync, *mine.name, 0, "", mine.opening});
  return SQLITE_OK;
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real_methods(file).xFileSize(file_of(file).real(), size);
}
int lock_file(sqlite3_file* file, int level) {
  return real_methods(file).xLock(file_of(file).real(), level);
}
int unlock_file(sqlite3_file* file, int level) {
  return real_methods(file).xUnlock(file_of(file).real(), level);
}
int check_lock(sqlite3_file* file, int* out) {
  return real_methods(file).xCheckReservedLock(file_of(file).real(), out);
}
int control_file(sqlite3_file* file, int op, void* argument) {
  if (op == SQLITE_FCNTL_PRAGMA && file_of(file).state->options.synchronous_off) {
    const auto* const words = static_cast<char**>(argument);
    const bool sets = words[2] != nullptr && std::strcmp(words[1], "synchronous") == 0;
    if (sets && std::strcmp(words[2], "OFF") != 0) return SQLITE_OK;  // not even looked at
  }
  return real_methods(file).xFileControl(file_of(file).real(), op, argument);
}
int sector_size(sqlite3_file*) { return static_cast<int>(kSector); }
int characteristics(sqlite3_file* file) {
  return real_methods(file).xDeviceCharacteristics(file_of(file).real());
}
int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return real_methods(file).xShmMap(file_of(file).real(), page, size, extend, out);
}
int lock_shared(sqlite3_file* file, int offset, int n, int flags) {
  return real_methods(file).xShmLock(file_of(file).real(), offset, n, flags);
}
void shared_barrier(sqlite3_file* file) { real_methods(file).xShmBarrier(file_of(file).real()); }
int unmap_shared(sqlite3_file* file, int remove) {
  return real_methods(file).xShmUnmap(file_of(file).real(), remove);
}

const sqlite3_io_methods kMethods = {2,
                                     close_file,
                                     read_file,
                                     write_file,
                                     truncate_file,
                                     sync_file,
                                     file_size,
                                     lock_file,
                                     unlock_file,
                                     check_lock,
                                     control_file,
                                     sector_size,
                                     characteristics,
                                     map_shared,
                                     lock_shared,
                                     shared_barrier,
                                     unmap_shared,
                                     nullptr,
                                     nullptr};

FaultVfs::State& state_of(sqlite3_vfs* vfs) {
  return *static_cast<FaultVfs::State*>(vfs->pAppData);
}

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  FaultVfs::State& state = state_of(vfs);
  File& mine = file_of(file);
  mine.base.pMethods = nullptr;
  mine.state = &state;
  constexpr int kLogged = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
  const bool logged = name != nullptr && (flags & kLogged) != 0;
  const int code = state.real->xOpen(state.real, name, mine.real(), flags, out_flags);
  mine.name = nullptr;
  if (code != SQLITE_OK) return code;
  if (logged) {
    mine.name = new std::string(name);
    state.add_opening(*mine.name, mine.opening);
  }
  mine.base.pMethods = &kMethods;
  return SQLITE_OK;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  FaultVfs::State& state = state_of(vfs);
  state.add_removal(name);
  return state.real->xDelete(state.real, name, sync_folder);
}
int access_file(sqlite3_vfs* vfs, const char* name, int flags, int* out) {
  return state_of(vfs).real->xAccess(state_of(vfs).real, name, flags, out);
}
int full_path(sqlite3_vfs* vfs, const char* name, int size, char* out) {
  return state_of(vfs).real->xFullPathname(state_of(vfs).real, name, size, out);
}

int turn_sync_off(sqlite3* database, const char**, const void*) {
  return sqlite3_exec(database, "PRAGMA main.synchronous=OFF", nullptr, nullptr, nullptr);
}
void (*sync_off_entry())() { return reinterpret_cast<void (*)()>(turn_sync_off); }

}  // namespace

FaultVfs::FaultVfs(Options options) : state_(std::make_unique<State>()) {
  state_->options = options;
  state_->real = sqlite3_vfs_find(nullptr);
  state_->mine = *state_->real;  // time, randomness and the rest stay the real ones
  state_->mine.zName = "soakrig-fault";
  state_->mine.szOsFile = static_cast<int>(sizeof(File)) + state_->real->szOsFile;
  state_->mine.pAppData = state_.get();
  state_->mine.xOpen = open_file;
  state_->mine.xDelete = remove_file;
  state_->mine.xAccess = access_file;
  state_->mine.xFullPathname = full_path;
  sqlite3_vfs_register(&state_->mine, 1);
  if (options.synchronous_off) sqlite3_auto_extension(sync_off_entry());
}

FaultVfs::~FaultVfs() { detach(); }

void FaultVfs::detach() {
  if (sqlite3_vfs_find(nullptr) != &state_->mine) return;
  if (state_->options.synchronous_off) sqlite3_cancel_auto_extension(sync_off_entry());
  sqlite3_vfs_unregister(&state_->mine);
  sqlite3_vfs_register(state_->real, 1);
}

void FaultVfs::acknowledge(std::uint64_t number) {
  state_->add({Kind::acknowledge, "", static_cast<std::size_t>(number), "", 0});
}

std::size_t FaultVfs::log_size() const {
  const std::lock_guard lock(state_->mutex);
  return state_->log.size();
}

std::uint64_t FaultVfs::cut(std::size_t log, std::mt19937_64& random, const std::string& path,
                            const std::string& to) const {
  const std::lock_guard lock(state_->mutex);
  std::map<std::string, DiskFile> disk;
  std::uint64_t acknowledged = 0;
  for (std::size_t i = 0; i < std::min(log, state_->log.size()); ++i) {
    const Entry& entry = state_->log[i];
    if (entry.kind == Kind::acknowledge)
      acknowledged = std::max<std::uint64_t>(acknowledged, entry.at);
    if (entry.file.starts_with(path)) disk[entry.file].take(entry, state_->options.ignore_sync);
  }
  for (const char* suffix : {"", "-wal", "-journal", "-shm"}) {
    std::remove((to + suffix).c_str());
    const auto file = disk.find(path + suffix);
    if (file == disk.end()) continue;
    if (const auto bytes = file->second.after_cut(random)) {
      std::ofstream(to + suffix, std::ios::binary | std::ios::trunc) << *bytes;
    }
  }
  return acknowledged;
}

std::size_t FaultVfs::connections_that_changed(const std::string& file) const {
  const std::lock_guard lock(state_->mutex);
  std::set<std::uint64_t> openings;
  for (const Entry& entry : state_->log) {
    const bool changes = entry.kind == Kind::write || entry.kind == Kind::truncate;
    if (changes && entry.file == file) openings.insert(entry.opening);
  }
  return openings.size();
}

}  // namespace soakrig::test
