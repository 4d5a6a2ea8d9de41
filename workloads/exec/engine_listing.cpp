// SPDX-License-Identifier: Apache-2.0
#include "workloads/exec/engine_listing.hpp"

#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "rig/base/json_guard.hpp"
#include "rig/base/spawn.hpp"
#include "workloads/exec/engine_library.hpp"

namespace soakrig::workloads {

namespace {

using Json = nlohmann::json;

Json row_of(const std::string& name) {
  Json row{{"name", name},
           {"summary", nullptr},
           {"program", nullptr},
           {"installed", nullptr},
           {"verified", Json::array()},
           {"work", Json::array()},
           {"options", Json::object()},
           {"error", nullptr}};
  const auto engine = load_engine(name);
  if (!engine) {
    row["error"] = engine.error().message();
    return row;
  }
  row["summary"] = engine->summary;
  row["verified"] = engine->verified;
  row["options"] = engine->options;
  for (const Rule& rule : engine->rules) {
    if (rule.kind == RuleKind::work) row["work"].push_back(rule.name);
  }
  const std::string& program = engine->argv.front();
  row["program"] = program;
  if (words_in(program).empty()) {
    row["installed"] = ::access(find_program(program).c_str(), X_OK) == 0;
  }
  return row;
}

std::string in_words(const Json& row) {
  if (!row["error"].is_null()) return row["error"].get<std::string>();
  std::string versions;
  for (const Json& version : row["verified"]) versions += " " + version.get<std::string>();
  return row["summary"].get<std::string>() + (versions.empty() ? "" : "; verified:" + versions) +
         (row["installed"] == false ? "; not installed" : "");
}

}  // namespace

std::string engine_listing(bool as_json) {
  Json rows = Json::array();
  for (const std::string& name : engine_names()) rows.push_back(row_of(name));
  if (as_json)
    return Json{{"engines", rows}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  std::string out;
  for (const Json& row : rows) {
    char name[32];
    std::snprintf(name, sizeof name, "%-22s ", row["name"].get<std::string>().c_str());
    out += name + in_words(row) + "\n";
  }
  return out;
}

}  // namespace soakrig::workloads
