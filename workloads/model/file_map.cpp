// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/file_map.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <utility>

#include "rig/base/fd.hpp"

namespace soakrig::workloads {

Result<FileMap> FileMap::open(const std::string& path, std::size_t least) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about {};
  if (!fd || ::fstat(fd.get(), &about) != 0) return sys_error("cannot open the model", path);
  if (!S_ISREG(about.st_mode) || about.st_size < static_cast<off_t>(least)) {
    Error error{Errc::corrupt, "it is no model", "name a file that is one"};
    error.file = path;
    return error;
  }
  FileMap out;
  const auto size = static_cast<std::size_t>(about.st_size);
  void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (mapped == MAP_FAILED) return sys_error("cannot read the model", path);
  out.bytes_ = static_cast<const std::uint8_t*>(mapped);
  out.size_ = size;
  return out;
}

FileMap::FileMap(FileMap&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}

FileMap& FileMap::operator=(FileMap&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
  return *this;
}

FileMap::~FileMap() {
  if (bytes_ != nullptr) ::munmap(const_cast<std::uint8_t*>(bytes_), size_);
}

}  // namespace soakrig::workloads
