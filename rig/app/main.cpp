// SPDX-License-Identifier: Apache-2.0
//
// soakrig: the one program people type. Finds the command, runs it, and turns whatever a command
// throws into one line and an exit code.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "rig/app/command.hpp"
#include "rig/base/quantity.hpp"
#include "rig/base/result.hpp"
#include "rig/base/version.hpp"

namespace {

using soakrig::app::Command;

void print_help() {
  std::puts("soakrig: soaks edge boards under AI workloads and says what they really sustain\n\n"
            "Usage: soakrig COMMAND [ARGUMENTS…]     (soakrig COMMAND --help for each)\n\nCommands:");
  for (const Command& c : soakrig::app::commands()) {
    std::printf("  %-11.*s %.*s\n", static_cast<int>(c.name.size()), c.name.data(),
                static_cast<int>(c.summary.size()), c.summary.data());
  }
  std::puts("\nOptions: --help, --version");
}

int unknown_command(const std::string& word) {
  std::vector<std::string> names;
  for (const Command& c : soakrig::app::commands()) names.emplace_back(c.name);
  const std::string near = soakrig::nearest_word(word, names);
  std::fprintf(stderr, "soakrig: no command '%s'; %s\n", word.c_str(),
               near.empty() ? "see soakrig --help" : ("did you mean '" + near + "'?").c_str());
  return 4;
}

int dispatch(const std::vector<std::string>& words) {
  if (words.empty()) {
    print_help();
    return 4;
  }
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    print_help();
    return 0;
  }
  if (words[0] == "--version") {
    std::printf("soakrig %.*s (%.*s)\n", static_cast<int>(soakrig::version().size()),
                soakrig::version().data(), static_cast<int>(soakrig::commit().size()),
                soakrig::commit().data());
    return 0;
  }
  const auto all = soakrig::app::commands();
  const auto found = std::ranges::find(all, words[0], &Command::name);
  if (found == all.end()) return unknown_command(words[0]);
  return found->run(std::span(words).subspan(1));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return dispatch(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const soakrig::Fatal& fatal) {
    std::fprintf(stderr, "soakrig: %s\n", fatal.what());
    return fatal.exit_code();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "soakrig: unexpected: %s\n", error.what());
    return 2;
  }
}
