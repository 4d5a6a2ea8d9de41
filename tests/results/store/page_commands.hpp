// SPDX-License-Identifier: Apache-2.0
//
// The commands that a page of docs/formats prints, exactly as they stand there, to be run on a real
// file.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

namespace soakrig::store {

struct ClosePipe {
  void operator()(std::FILE* pipe) const { ::pclose(pipe); }
};

// What a command prints, its errors too.
inline std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, ClosePipe> pipe(::popen((command + " 2>&1").c_str(), "r"));
  std::string out;
  char buffer[4096];
  while (pipe && std::fgets(buffer, sizeof buffer, pipe.get()) != nullptr) out += buffer;
  return out;
}

inline bool has_program(const std::string& name) {
  return std::system(("command -v " + name + " >/dev/null").c_str()) == 0;
}

inline std::string replaced(std::string text, std::string_view word, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += by.size()) {
    text.replace(at, word.size(), by);
  }
  return text;
}

// The lines of the page's ```sh blocks, with FILE.soak replaced.
inline std::vector<std::string> commands_of_page(const std::string& page, const std::string& file) {
  std::istringstream text(read_file(test::source_dir() + "/docs/formats/" + page).value());
  std::vector<std::string> commands;
  bool inside = false;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("```")) {
      inside = line == "```sh";
    } else if (inside) {
      CHECK(line.find("FILE.soak") != std::string::npos);
      commands.push_back(replaced(line, "FILE.soak", file));
    }
  }
  return commands;
}

}  // namespace soakrig::store
