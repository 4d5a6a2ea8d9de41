// SPDX-License-Identifier: Apache-2.0
//
// A file that appears whole or not at all, however large: written beside its name, renamed at the
// end, removed if that never comes. Move-only; not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rig/base/fd.hpp"
#include "rig/base/result.hpp"

namespace soakrig::report {

class OutputFile {
 public:
  [[nodiscard]] static Result<OutputFile> create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept = default;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();  // removes what was not committed

  // Buffered. After an error nothing more is written, and commit gives that error.
  void write(std::string_view text);
  [[nodiscard]] bool failed() const { return error_.has_value(); }
  [[nodiscard]] Result<void> commit();

 private:
  OutputFile(std::string path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  [[nodiscard]] std::string beside() const { return path_ + ".new"; }
  void drain();

  std::string path_;
  Fd fd_;
  std::string buffer_;
  std::optional<Error> error_;
};

}  // namespace soakrig::report
