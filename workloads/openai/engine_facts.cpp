// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/engine_facts.hpp"

#include "rig/base/json_guard.hpp"

namespace soakrig::workloads {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostText = 200;

void put(const Json& object, const char* key, const char* fact,
         std::map<std::string, std::string>& facts) {
  if (!object.is_object()) return;
  const auto found = object.find(key);
  if (found == object.end()) return;
  if (found->is_number()) {
    facts[fact] = dump_json(*found);
  } else if (found->is_string() && !found->get_ref<const std::string&>().empty()) {
    std::string text = found->get<std::string>().substr(0, kMostText);
    for (char& c : text) {
      if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    }
    facts[fact] = std::move(text);
  }
}

}  // namespace

const std::vector<std::string>& fact_paths() {
  static const std::vector<std::string> kPaths = {"/v1/models", "/props", "/version",
                                                  "/api/version"};
  return kPaths;
}

void add_engine_facts(std::string_view path, std::string_view body,
                      std::map<std::string, std::string>& facts) {
  const auto json = parse_json(body);
  if (!json || !json->is_object()) return;
  if (path == "/v1/models") {
    const auto data = json->find("data");
    if (data == json->end() || !data->is_array() || data->empty()) return;
    const Json& model = data->front();
    put(model, "id", "engine_model", facts);
    put(model, "max_model_len", "engine_context", facts);
    if (!model.is_object() || !model.contains("meta")) return;
    const Json& meta = model.at("meta");
    put(meta, "n_params", "engine_parameters", facts);
    put(meta, "size", "engine_model_bytes", facts);
    put(meta, "n_ctx", "engine_context", facts);
    put(meta, "ftype", "engine_format", facts);
  } else if (path == "/props") {
    put(*json, "total_slots", "engine_slots", facts);
    put(*json, "build_info", "engine_version", facts);
  } else {
    put(*json, "version", "engine_version", facts);
  }
}

}  // namespace soakrig::workloads
