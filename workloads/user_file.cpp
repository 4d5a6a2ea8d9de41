// SPDX-License-Identifier: Apache-2.0
#include "workloads/user_file.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "workloads/load_options.hpp"

namespace soakrig::workloads {

namespace {

constexpr std::streamoff kMostFile = 64 << 20;

}  // namespace

Result<std::string> read_user_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return sys_error("cannot be opened", path, "correct the path");
  if (file.tellg() > kMostFile)
    return Error{Errc::full, "is larger than 64 MiB", "shorten it", path};
  file.seekg(0);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<std::string> read_token(const std::string& variable, const std::string& file) {
  std::string token;
  if (!variable.empty()) {
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr) {
      return usage("the environment has no " + variable, "export it before the run");
    }
    token = value;
  } else if (!file.empty()) {
    auto text = read_user_file(file);
    if (!text) return text.error();
    token = std::move(*text);
  }
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  for (const char c : token) {
    if (c <= 0x20 || c > 0x7E) return usage("the API key has a blank or a strange character", "");
  }
  return token;
}

}  // namespace soakrig::workloads
