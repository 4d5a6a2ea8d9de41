// SPDX-License-Identifier: Apache-2.0
#include "results/store/reserve.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>

namespace soakrig::store {

Result<Reserve> Reserve::hold(const std::string& directory, std::size_t bytes) {
  Fd fd(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd) {  // a file system without nameless files
    std::string name = directory + "/.soakrig-reserve-XXXXXX";
    fd = Fd(::mkostemp(name.data(), O_CLOEXEC));
    if (!fd) {
      return sys_error("cannot write to the archive", directory,
                       "check its permissions, or choose another with --archive");
    }
    ::unlink(name.c_str());
  }
  if (bytes == 0) return Reserve(std::move(fd));
  // posix_fallocate answers with the number instead of errno, and writes where it must.
  const int failed = ::posix_fallocate(fd.get(), 0, static_cast<off_t>(bytes));
  if (failed != 0) {
    errno = failed;
    Error error = sys_error("no space for a run", directory,
                            "free space on its disk, or choose another archive with --archive");
    if (failed == ENOSPC || failed == EDQUOT) error.code = Errc::full;
    return error;
  }
  return Reserve(std::move(fd));
}

}  // namespace soakrig::store
