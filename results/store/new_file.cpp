// SPDX-License-Identifier: Apache-2.0
#include "results/store/new_file.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "results/store/schema.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::store {
namespace {

constexpr std::size_t kMaxName = 80;

bool valid_id(std::string_view id) {
  return id.size() >= 8 && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-';
         });
}

// Renames without ever replacing; with a hard link where the file system cannot do that.
bool rename_exclusively(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  if (::link(from.c_str(), to.c_str()) != 0) return false;
  ::unlink(from.c_str());
  return true;
}

Result<void> fill(const std::string& path, const RunHeader& header) {
  auto database = Database::open(path, Database::Mode::create);
  if (!database) return database.error();
  // FULL from the first byte: the name appears only when the content is on the disk.
  if (auto done = database->execute("PRAGMA synchronous=FULL"); !done) return done;
  return create_schema(*database, header);
}

}  // namespace

std::string file_name(const RunHeader& header) {
  std::string name = header.name.substr(0, kMaxName);
  for (char& c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '.' || c == '_' || c == '-';
    if (!plain) c = '_';
  }
  // Neither a hidden file nor something that looks like an option.
  while (!name.empty() && (name[0] == '.' || name[0] == '-')) name.erase(0, 1);
  return (name.empty() ? "run" : name) + "-" + header.id + ".soak";
}

Result<std::string> make_run_file(const std::string& archive_dir, const RunHeader& header) {
  if (!valid_id(header.id)) {
    Error error;
    error.what = "a run's id must be 8 to 64 of 0-9 a-z -, not \"" + header.id + "\"";
    return error;
  }
  std::error_code failed;
  std::filesystem::create_directories(archive_dir, failed);
  if (failed) {
    errno = failed.value();
    return sys_error("cannot make the archive", archive_dir, "choose another with --archive");
  }
  const std::string path = archive_dir + "/" + file_name(header);
  const std::string unfinished =
      archive_dir + "/." + file_name(header) + ".new-" + std::to_string(::getpid());
  ::unlink(unfinished.c_str());
  Result<void> filled = fill(unfinished, header);
  if (filled && !rename_exclusively(unfinished, path)) {
    const int reason = errno;
    errno = reason;
    Error error = sys_error("cannot make the run's file", path, "");
    if (reason == EEXIST) {
      error.code = Errc::busy;
      error.remedy = "a run with this name and id exists already; start the run again";
    }
    filled = error;
  }
  if (!filled) {
    Error error = filled.error();
    error.file = path;
    ::unlink(unfinished.c_str());
    return error;
  }
  // The new name itself must survive a power cut.
  const Fd directory(::open(archive_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) ::fsync(directory.get());
  return path;
}

}  // namespace soakrig::store
