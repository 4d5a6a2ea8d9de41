// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/engine_kind.hpp"

#include <filesystem>

#include "rig/base/quantity.hpp"
#include "rig/plan/kind_flags.hpp"

namespace soakrig::plan {

namespace {

std::string unit_of(const std::string& work) {
  if (work == "tokens" || work == "prompt_tokens") return "{token}";
  if (work == "bytes" || work.ends_with("_bytes")) return "By";
  return "{" + work + "}";
}

}  // namespace

void fill_engine(const TableReader& table, WorkloadSpec& spec, Build& build) {
  std::string engine = table.text("engine").value_or("");
  if (engine.find('/') != std::string::npos || engine.ends_with(".toml")) {
    engine = resolve_path(build.folder, engine);
  }
  if (engine.starts_with('-')) {
    build.faults.add(table.place("engine"),
                     table.where() + " engine '" + shown(engine) + "' is no name",
                     "see soakrig-work exec --help");
  }
  spec.argv = {"soakrig-work", "exec", engine};
  // With '=', so that a word may begin with '-'.
  if (const auto model = table.text("model")) {
    pass(spec, "--model", resolve_path(build.folder, *model));
    spec.model = std::filesystem::path(*model).stem().string();
  }
  for (const std::string& option : table.texts("set")) {
    const std::size_t equals = option.find('=');
    if (equals == 0 || equals == std::string::npos) {
      build.faults.add(table.place("set"), table.where() + " set: '" + shown(option) + "' is none",
                       "write NAME=VALUE, such as \"seconds=30\"");
    }
    if (option.starts_with("model=") && table.has("model")) {
      build.faults.add(table.place("set"), table.where() + " has a model twice", "leave one out");
    }
    if (option.starts_with("model=")) spec.model = option.substr(6);
    spec.argv.push_back("--set=" + option);
  }
  for (const std::string& arg : table.texts("args")) spec.argv.push_back("--arg=" + arg);
  if (const auto ops = table.number("ops_per_work")) {
    pass(spec, "--ops-per-work", plain(*ops));
  }
  if (const auto density = table.text("density")) pass(spec, "--density", *density);
  pass_pause(table, spec);
  pass_cores_and_trouble(table, spec, build);
  spec.work = table.text("work").value_or("");
  spec.unit = table.text("unit").value_or(unit_of(spec.work));
  spec.device = table.text("device").value_or("cpu");
  spec.precision = table.text("precision").value_or("");
}

}  // namespace soakrig::plan
