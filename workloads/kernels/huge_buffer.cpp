// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/huge_buffer.hpp"

#include <sys/mman.h>

#include <string>
#include <utility>

namespace soakrig::workloads {

Result<HugeBuffer> HugeBuffer::allocate(std::size_t bytes, Pages pages) {
  constexpr std::size_t kHuge = std::size_t{2} << 20;
  const std::size_t rounded = (bytes + kHuge - 1) / kHuge * kHuge;
  const std::size_t mapped = rounded + kHuge;  // room to align
  void* mapping =
      ::mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) {
    Error error = sys_error("cannot get " + std::to_string(bytes >> 20) + " MiB of memory", {},
                            "ask for less: a smaller shape, size or format");
    error.code = Errc::full;
    return error;
  }
  HugeBuffer buffer;
  buffer.mapping_ = mapping;
  buffer.mapped_ = mapped;
  const auto address = reinterpret_cast<std::uintptr_t>(mapping);
  const std::size_t skip = (kHuge - address % kHuge) % kHuge;
  buffer.data_ = static_cast<std::uint8_t*>(mapping) + skip;
  buffer.size_ = bytes;
  // Only advice: without huge pages everything works, slower.
  static_cast<void>(
      ::madvise(buffer.data_, rounded, pages == Pages::huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE));
  return buffer;
}

HugeBuffer::HugeBuffer(HugeBuffer&& other) noexcept
    : mapping_(std::exchange(other.mapping_, nullptr)),
      mapped_(std::exchange(other.mapped_, 0)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

HugeBuffer& HugeBuffer::operator=(HugeBuffer&& other) noexcept {
  std::swap(mapping_, other.mapping_);
  std::swap(mapped_, other.mapped_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

HugeBuffer::~HugeBuffer() {
  if (mapping_ != nullptr) ::munmap(mapping_, mapped_);
}

}  // namespace soakrig::workloads
