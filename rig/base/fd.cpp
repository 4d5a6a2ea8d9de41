// SPDX-License-Identifier: Apache-2.0
#include "rig/base/fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace soakrig {
namespace {

Result<void> write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return sys_error("cannot write", path, "check free space and permissions");
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace

void Fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return sys_error("cannot open", path, "check the path and its permissions");
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return sys_error("cannot read", path);
    if (n == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(n));
    if (text.size() > max_bytes) {
      return Error{Errc::full, "larger than " + std::to_string(max_bytes) + " bytes",
                   "is this the right file?", path};
    }
  }
}

Result<void> write_file_atomic(const std::string& path, std::string_view text) {
  const std::string beside = path + ".new";
  {
    const Fd fd(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!fd) return sys_error("cannot create", beside, "check the folder and its permissions");
    if (auto written = write_all(fd.get(), text, beside); !written) {
      ::unlink(beside.c_str());
      return written.error();
    }
    if (::fsync(fd.get()) != 0 && errno != EINVAL && errno != EROFS) {
      return sys_error("cannot sync", beside);
    }
  }
  if (std::rename(beside.c_str(), path.c_str()) != 0) return sys_error("cannot rename to", path);
  return {};
}

}  // namespace soakrig
