// SPDX-License-Identifier: Apache-2.0
#include "workloads/exec/engine_library.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "rig/base/fd.hpp"
#include "rig/base/quantity.hpp"
#include "rig/base/spawn.hpp"
#include "workloads/cycle/cycle_plan.hpp"
#include "workloads/load_options.hpp"

namespace soakrig::workloads {

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> folders() {
  const fs::path own = own_folder();
  return {own / "engines", own.parent_path() / "share/soakrig/engines"};
}

}  // namespace

std::vector<std::string> engine_names() {
  std::set<std::string> names;
  for (const fs::path& folder : folders()) {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
      if (entry.path().extension() == ".toml") names.insert(entry.path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

Result<std::string> engine_path(std::string_view name_or_path) {
  const std::string wanted(name_or_path);
  if (wanted.empty()) return usage("no engine is named", "see docs/howto/add_an_engine.md");
  std::string path;
  if (wanted.find('/') != std::string::npos || wanted.ends_with(".toml")) {
    path = wanted;
  } else {
    for (const fs::path& folder : folders()) {
      std::error_code failed;
      const fs::path candidate = folder / (wanted + ".toml");
      if (path.empty() && fs::is_regular_file(candidate, failed)) path = candidate.string();
    }
  }
  if (path.empty()) {
    const auto names = engine_names();
    const std::string near = nearest_word(wanted, names);
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    return Error{Errc::not_found, "there is no engine '" + wanted.substr(0, 64) + "'",
                 near.empty() ? "engines: " + all : "did you mean '" + near + "'?"};
  }
  return path;
}

Result<EngineFile> load_engine(std::string_view name_or_path) {
  const auto path = engine_path(name_or_path);
  if (!path) return path.error();
  const auto text = read_file(*path, kMaxEngineBytes);
  if (!text) return text.error();
  return parse_engine_file(*text, *path);
}

Result<std::map<std::string, std::string>> options_for(const EngineFile& engine,
                                                       const std::vector<std::string>& set) {
  std::map<std::string, std::string> out = engine.options;
  for (const std::string& text : set) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (equals == std::string::npos || engine.options.count(name) == 0) {
      std::vector<std::string> known;
      std::string all;
      for (const auto& option : engine.options) {
        known.push_back(option.first);
        all += (all.empty() ? "" : ", ") + option.first;
      }
      const std::string near = nearest_word(name, known);
      return usage(engine.name + " has no option '" + name.substr(0, 64) + "'",
                   !near.empty() && equals != std::string::npos ? "did you mean '" + near + "'?"
                   : all.empty()                                ? "it has none"
                                 : "write NAME=VALUE; its options are " + all);
    }
    out[name] = text.substr(equals + 1);
  }
  for (const auto& [name, value] : out) {
    if (value.empty() && engine.options.at(name).empty()) {
      return usage(engine.name + " needs its option '" + name + "'", "set " + name + "=…");
    }
  }
  const auto cores = resolve_threads(kEveryCore);
  if (!cores) return cores.error();
  const std::map<std::string, std::string> machine{{"cores", std::to_string(*cores)}};
  for (auto& option : out) option.second = filled_in({option.second}, machine).front();
  out.insert(machine.begin(), machine.end());
  return out;
}

}  // namespace soakrig::workloads
