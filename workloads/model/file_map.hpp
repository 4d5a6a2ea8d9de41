// SPDX-License-Identifier: Apache-2.0
//
// A file mapped read-only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "rig/base/result.hpp"

namespace soakrig::workloads {

// Owns the mapping; the file must not shrink meanwhile. Movable; reading is safe from any thread.
class FileMap {
 public:
  FileMap() = default;
  // A plain file of at least `least` bytes (1 or more). Errors name it.
  [[nodiscard]] static Result<FileMap> open(const std::string& path, std::size_t least);
  FileMap(FileMap&& other) noexcept;
  FileMap& operator=(FileMap&& other) noexcept;
  FileMap(const FileMap&) = delete;
  FileMap& operator=(const FileMap&) = delete;
  ~FileMap();

  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {bytes_, size_}; }

 private:
  const std::uint8_t* bytes_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace soakrig::workloads
