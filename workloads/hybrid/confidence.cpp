// SPDX-License-Identifier: Apache-2.0
#include "workloads/hybrid/confidence.hpp"

#include <cmath>

#include "rig/base/json_guard.hpp"

namespace soakrig::workloads {

namespace {

using Json = nlohmann::json;

constexpr double kRounding = 1e-6;  // above a probability of 1, from an engine's own arithmetic

const Json* member(const Json* object, const char* name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

}  // namespace

std::optional<double> answer_confidence(std::string_view body) {
  const auto json = parse_json(body);
  if (!json) return std::nullopt;
  const Json* choices = member(&*json, "choices");
  if (choices == nullptr || !choices->is_array() || choices->empty()) return std::nullopt;
  const Json* content = member(member(&(*choices)[0], "logprobs"), "content");
  if (content == nullptr || !content->is_array() || content->empty()) return std::nullopt;
  double sum = 0;
  for (const Json& token : *content) {
    const auto logprob = json_get<double>(token, "logprob");
    if (!logprob || !std::isfinite(*logprob) || *logprob > kRounding) return std::nullopt;
    sum += std::fmin(*logprob, 0);
  }
  return std::exp(sum / static_cast<double>(content->size()));
}

}  // namespace soakrig::workloads
