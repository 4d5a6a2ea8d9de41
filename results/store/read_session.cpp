// SPDX-License-Identifier: Apache-2.0
#include "results/store/read_session.hpp"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "results/store/schema.hpp"

namespace soakrig::store {
namespace {

constexpr int kAttempts = 5;
constexpr int kBusyMilliseconds = 2000;

// Opens and reads once, since SQLite opens lazily.
Result<Database> open_checked(const std::string& path) {
  auto database = Database::open(path, Database::Mode::read_only);
  if (!database) return database.error();
  database->set_busy_wait(kBusyMilliseconds);
  if (const auto version = check_schema(*database); !version) return version.error();
  return std::move(*database);
}

// Faults of the place, not of the bytes: a copy elsewhere can be read.
bool copy_may_help(const Error& error, const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path();
  return error.code == Errc::io && ::eaccess(path.c_str(), R_OK) == 0 &&
         ::eaccess(folder.empty() ? "." : folder.c_str(), W_OK) != 0;
}

}  // namespace

std::string file_stamp(const std::string& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return "none";
  return std::to_string(status.st_ino) + ":" + std::to_string(status.st_size) + ":" +
         std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec);
}

std::string run_stamp(const std::string& path) {
  return file_stamp(path) + "/" + file_stamp(path + "-wal");
}

Result<CopyAside> CopyAside::make(const std::string& path) {
  std::error_code failed;
  const auto root = std::filesystem::temp_directory_path(failed);
  std::string folder = (failed ? std::filesystem::path("/tmp") : root) / "soakrig-copy-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    return sys_error("cannot make a folder to copy the run to", folder, "set TMPDIR");
  }
  CopyAside copy;
  copy.original_ = path;
  copy.folder_ = folder;
  copy.file_ = folder + "/run.soak";
  const auto replace = std::filesystem::copy_options::overwrite_existing;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    copy.stamp_ = run_stamp(path);
    std::filesystem::remove(copy.file_ + "-shm", failed);
    std::filesystem::remove(copy.file_ + "-wal", failed);
    std::filesystem::copy_file(path, copy.file_, replace, failed);
    if (!failed && ::access((path + "-wal").c_str(), F_OK) == 0) {
      std::filesystem::copy_file(path + "-wal", copy.file_ + "-wal", replace, failed);
    }
    if (failed) {
      errno = failed.value();
      return sys_error("cannot copy the run aside to " + folder, path,
                       "set TMPDIR to a disk with room for it");
    }
    if (copy.current()) return copy;
  }
  Error error;
  error.code = Errc::busy;
  error.file = path;
  error.what = "the file changes while it is copied, and its folder is not writable";
  error.remedy = "read it as the user who runs the soak";
  return error;
}

CopyAside::CopyAside(CopyAside&& other) noexcept
    : original_(std::move(other.original_)),
      folder_(std::exchange(other.folder_, {})),
      file_(std::move(other.file_)),
      stamp_(std::move(other.stamp_)) {}

CopyAside& CopyAside::operator=(CopyAside&& other) noexcept {
  if (this != &other) {
    remove();
    original_ = std::move(other.original_);
    folder_ = std::exchange(other.folder_, {});
    file_ = std::move(other.file_);
    stamp_ = std::move(other.stamp_);
  }
  return *this;
}

CopyAside::~CopyAside() { remove(); }

void CopyAside::remove() {
  std::error_code ignored;  // a folder left in TMPDIR is all that can happen
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

bool CopyAside::current() const { return run_stamp(original_) == stamp_; }

Result<Database> SessionSource::open() const {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) {
    Error error = sys_error("cannot read the run", path_, "soakrig list shows the runs there are");
    if (errno == ENOENT) error.code = Errc::not_found;
    return error;
  }
  auto database = open_checked(path_);
  if (database || !copy_may_help(database.error(), path_)) return database;
  return open_copy();
}

Result<Database> SessionSource::open_copy() const {
  const std::lock_guard lock(mutex_);
  if (copy_ == nullptr || !copy_->current()) {
    auto copy = CopyAside::make(path_);
    if (!copy) return copy.error();
    copy_ = std::make_unique<CopyAside>(std::move(*copy));
  }
  return open_checked(copy_->file());
}

}  // namespace soakrig::store
