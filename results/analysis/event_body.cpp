// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/event_body.hpp"

#include "rig/base/json_guard.hpp"

namespace soakrig::analysis {

namespace {

constexpr std::size_t kMostListed = 1000;  // of one array; a body is small

template <class Map>
auto lookup(const Map& map, const std::string& key) -> std::optional<typename Map::mapped_type> {
  const auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

std::string as_text(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : dump_json(value);
}

}  // namespace

EventBody::EventBody(std::string_view json) {
  const auto body = parse_json(json);
  if (!body || !body->is_object()) return;
  for (const auto& [key, value] : body->items()) {
    if (value.is_string()) {
      texts_[key] = value.get<std::string>();
    } else if (value.is_number()) {
      numbers_[key] = value.get<double>();
    } else if (value.is_boolean()) {
      flags_[key] = value.get<bool>();
    } else if (value.is_array()) {
      auto& list = lists_[key];
      for (const auto& element : value) {
        if (list.size() == kMostListed) break;
        list.push_back(as_text(element));
      }
    } else if (value.is_object()) {
      objects_[key] = dump_json(value);
    }
  }
}

std::optional<std::string> EventBody::text(const std::string& key) const {
  return lookup(texts_, key);
}
std::optional<double> EventBody::number(const std::string& key) const {
  return lookup(numbers_, key);
}
std::optional<bool> EventBody::flag(const std::string& key) const { return lookup(flags_, key); }
std::vector<std::string> EventBody::texts(const std::string& key) const {
  return lookup(lists_, key).value_or(std::vector<std::string>{});
}

std::optional<EventBody> EventBody::object(const std::string& key) const {
  const auto found = objects_.find(key);
  if (found == objects_.end()) return std::nullopt;
  return EventBody(found->second);
}

}  // namespace soakrig::analysis
