// SPDX-License-Identifier: Apache-2.0
//
// A block of zeroed anonymous memory in transparent huge pages where the kernel allows it: weights
// read through 4 KiB pages lose a quarter of the bandwidth to address translation. Move-only,
// unmapped on destruction.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rig/base/result.hpp"

namespace soakrig::workloads {

enum class Pages { huge, small };

class HugeBuffer {
 public:
  HugeBuffer() = default;
  // `bytes` > 0, aligned to 2 MiB. Small pages are for comparison. Errc::full when the system
  // refuses the memory.
  [[nodiscard]] static Result<HugeBuffer> allocate(std::size_t bytes, Pages pages = Pages::huge);
  HugeBuffer(HugeBuffer&& other) noexcept;
  HugeBuffer& operator=(HugeBuffer&& other) noexcept;
  HugeBuffer(const HugeBuffer&) = delete;
  HugeBuffer& operator=(const HugeBuffer&) = delete;
  ~HugeBuffer();

  [[nodiscard]] std::uint8_t* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  void* mapping_ = nullptr;
  std::size_t mapped_ = 0;
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace soakrig::workloads
