// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/map_library.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "rig/base/fd.hpp"
#include "rig/base/quantity.hpp"

namespace soakrig::instruments {
namespace fs = std::filesystem;

std::string map_folder() {
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  return (program.parent_path().parent_path() / "share/soakrig/maps").string();
}

std::vector<std::string> map_names() {
  std::set<std::string> names;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(map_folder(), failed)) {
    if (entry.path().extension() == ".toml") names.insert(entry.path().stem().string());
  }
  return {names.begin(), names.end()};
}

Result<RegisterMap> load_register_map(std::string_view name_or_path) {
  const std::string wanted(name_or_path);
  if (wanted.empty()) return Error{Errc::not_found, "no register map is named"};
  std::string path;
  if (wanted.find('/') != std::string::npos || wanted.ends_with(".toml")) {
    path = wanted;
  } else {
    const std::string candidate = map_folder() + "/" + wanted + ".toml";
    std::error_code failed;
    if (fs::is_regular_file(candidate, failed)) path = candidate;
  }
  if (path.empty()) {
    const auto names = map_names();
    const std::string near = nearest_word(wanted, names);
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    return Error{Errc::not_found, "there is no register map '" + wanted + "'",
                 near.empty() ? "maps: " + all : "did you mean '" + near + "'?"};
  }
  const auto text = read_file(path, kMaxMapBytes);
  if (!text) return text.error();
  return parse_register_map(*text, path);
}

}  // namespace soakrig::instruments
