// SPDX-License-Identifier: Apache-2.0
//
// The text of a request: all but the prompt is the same each time and made once. Pure.
#pragma once

#include <string>
#include <string_view>

#include "workloads/openai/load_client.hpp"

namespace soakrig::workloads {

class RequestText {
 public:
  explicit RequestText(const ClientOptions& options);
  [[nodiscard]] std::string with(std::string_view prompt) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_, head_, before_, after_;
};

}  // namespace soakrig::workloads
