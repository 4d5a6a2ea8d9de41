// SPDX-License-Identifier: Apache-2.0
#include "rig/base/container_run.hpp"

#include <algorithm>

namespace soakrig {

namespace {

// "-d", also among other letters ("-itd"), or the long word.
bool detaches(std::string_view word) {
  if (word.starts_with("--")) return word == "--detach" || word == "--detach=true";
  return word.find('d') != std::string_view::npos && word.find('=') == std::string_view::npos;
}

Error unwatchable(const std::string& what, const std::string& remedy) {
  return Error{Errc::invalid, what, remedy};
}

}  // namespace

Result<std::optional<ContainerRun>> container_run(const std::vector<std::string>& argv) {
  if (argv.empty()) return std::optional<ContainerRun>();
  const std::string name = argv[0].substr(argv[0].rfind('/') + 1);
  if (name != "docker" && name != "podman") return std::optional<ContainerRun>();
  const std::size_t verb = argv.size() > 1 && argv[1] == "container" ? 2 : 1;
  if (argv.size() <= verb || argv[verb] != "run") {
    return unwatchable("'" + name + "' is not followed by 'run'",
                       "write " + name + " run OPTIONS IMAGE …, and what is global in its own file");
  }
  // Which words are options is known for certain only up to the first that is none.
  for (std::size_t i = verb + 1; i < argv.size() && argv[i].starts_with('-'); ++i) {
    if (detaches(argv[i])) {
      return unwatchable("'" + argv[i] + "' lets the container run in the background",
                         "leave it out: the engine's end must be seen");
    }
  }
  const auto is_id_file = [](const std::string& word) { return word.starts_with("--cidfile"); };
  if (std::ranges::any_of(argv, is_id_file)) {
    return unwatchable("'--cidfile' is given already by the rig", "leave it out");
  }
  return std::optional(ContainerRun{argv[0], verb + 1});
}

std::vector<std::string> with_id_file(const std::vector<std::string>& argv, const ContainerRun& run,
                                      const std::string& id_file) {
  std::vector<std::string> out = argv;
  const std::vector<std::string> more{"--rm", "--cidfile", id_file};
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(run.options), more.begin(), more.end());
  return out;
}

bool is_container_id(std::string_view text) {
  return text.size() == 64 &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace soakrig
