// SPDX-License-Identifier: Apache-2.0
#include "results/report/export/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace soakrig::report {

namespace {
constexpr std::size_t kBuffer = 1u << 20;
}

Result<OutputFile> OutputFile::create(const std::string& path) {
  const std::string beside = path + ".new";
  Fd fd(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd) return sys_error("cannot create", beside, "check the folder and its permissions");
  return OutputFile(path, std::move(fd));
}

OutputFile::~OutputFile() {
  if (fd_) ::unlink(beside().c_str());
}

void OutputFile::write(std::string_view text) {
  if (error_) return;
  buffer_ += text;
  if (buffer_.size() >= kBuffer) drain();
}

void OutputFile::drain() {
  for (std::size_t done = 0; done < buffer_.size() && !error_;) {
    const ssize_t n = ::write(fd_.get(), buffer_.data() + done, buffer_.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) error_ = sys_error("cannot write", beside(), "check free space");
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  buffer_.clear();
}

Result<void> OutputFile::commit() {
  drain();
  if (!error_ && ::fsync(fd_.get()) != 0 && errno != EINVAL && errno != EROFS) {
    error_ = sys_error("cannot sync", beside(), "check free space");
  }
  if (!error_ && std::rename(beside().c_str(), path_.c_str()) != 0) {
    error_ = sys_error("cannot rename to", path_);
  }
  if (error_) return *error_;
  fd_.reset();
  return {};
}

}  // namespace soakrig::report
