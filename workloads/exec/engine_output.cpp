// SPDX-License-Identifier: Apache-2.0
#include "workloads/exec/engine_output.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rig/base/json_guard.hpp"
#include "workloads/cycle/cycle_plan.hpp"

namespace soakrig::workloads {

namespace {

using Json = nlohmann::json;
using Values = std::map<std::string, std::string>;

constexpr std::size_t kMaxSaid = 200;

std::string shortened(std::string_view text) {
  std::string out(text.substr(0, kMaxSaid));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return out;
}

std::optional<Json> at_pointer(const Json& document, const std::string& pointer) {
  try {
    return document.at(Json::json_pointer(pointer));
  } catch (const Json::exception&) {  // not there, or no pointer at all
    return std::nullopt;
  }
}

std::string as_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : dump_json(value);
}

// A number as text; of a list of numbers their sum, or for a count how many there are.
std::string value_text(const Json& value, bool count) {
  if (!value.is_array()) return as_text(value);
  if (count) return std::to_string(value.size());
  double sum = 0;
  for (const Json& item : value) {
    if (!item.is_number()) return {};
    sum += item.get<double>();
  }
  return dump_json(Json(sum));
}

// Nothing where a place is missing, or something else stands where the rule wants it.
std::optional<Values> values_of(const Rule& rule, const Json& document) {
  for (const auto& [pointer, wanted] : rule.where) {
    const auto value = at_pointer(document, pointer);
    if (!value || as_text(*value) != wanted) return std::nullopt;
  }
  Values out;
  for (const auto& [name, pointer] : rule.json) {
    const auto value = at_pointer(document, pointer);
    if (!value || value->is_null()) return std::nullopt;
    out.emplace(name, value_text(*value, name == "count").substr(0, Pattern::kMaxCapture));
  }
  return out;
}

std::optional<double> number_of(const Rule& rule, const Values& values, const char* name) {
  const auto found = values.find(name);
  if (found == values.end()) return std::nullopt;
  const auto value = parse_number(found->second);
  if (!value) return std::nullopt;
  const auto scale = rule.scale.find(name);
  const double scaled = scale == rule.scale.end() ? *value : *value * scale->second;
  return std::isfinite(scaled) ? std::optional(scaled) : std::nullopt;
}

Json text_or_null(const Values& values, const char* name) {
  const auto found = values.find(name);
  return found == values.end() || found->second.empty() ? Json() : Json(found->second);
}

}  // namespace

EngineOutput::EngineOutput(const EngineFile& file, std::map<std::string, std::string> options)
    : file_(file), options_(std::move(options)) {
  begin();
}

void EngineOutput::begin() {
  armed_.assign(file_.rules.size(), std::nullopt);
  since_.clear();
  document_.clear();
  in_document_ = too_long_ = refused_ = worked_ = false;
  unread_.clear();
}

void EngineOutput::line(std::string_view text, bool standard_output, Nanos age) {
  for (std::size_t i = 0; i < file_.rules.size(); ++i) {
    const Rule& rule = file_.rules[i];
    if (!rule.line) continue;
    if (rule.after && !armed_[i]) {
      armed_[i] = rule.after->find(text);
      continue;
    }
    auto groups = rule.line->find(text);
    if (!groups) continue;
    if (armed_[i]) groups->merge(*armed_[i]);
    armed_[i].reset();
    apply(rule, *groups, text, age);
  }
  if (!standard_output || file_.output == OutputForm::text) return;
  const std::size_t first = text.find_first_not_of(" \t\r");
  const bool opens = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
  if (file_.output == OutputForm::json_lines) {
    if (opens) read_json(text, age);
    return;
  }
  // Programs put warnings before their document.
  if (!in_document_ && !opens) return;
  in_document_ = true;
  if (document_.size() + text.size() >= kMaxDocument) {
    too_long_ = true;
    document_.clear();
    document_.shrink_to_fit();
  }
  if (too_long_) return;
  document_.append(text).push_back('\n');
}

void EngineOutput::end(Nanos age) {
  if (file_.output != OutputForm::json) return;
  if (too_long_) {
    unread_ = "its document is longer than " + std::to_string(kMaxDocument >> 20) + " MiB";
  } else if (in_document_) {
    read_json(document_, age);
  }
  document_.clear();
  in_document_ = too_long_ = false;
}

void EngineOutput::read_json(std::string_view text, Nanos age) {
  const auto document = parse_json(text);
  if (!document) {
    unread_ = "what it printed is not JSON, or was cut off";
    return;
  }
  for (const Rule& rule : file_.rules) {
    if (rule.json.empty()) continue;
    if (const auto values = values_of(rule, *document)) apply(rule, *values, text, age);
  }
}

void EngineOutput::apply(const Rule& rule, const Values& values, std::string_view said, Nanos age) {
  switch (rule.kind) {
    case RuleKind::work:
      return add_work(rule, values, age);
    case RuleKind::gauge:
      if (const auto value = number_of(rule, values, "value")) {
        if (found_.gauges.size() < kMaxFound) found_.gauges[rule.name] = *value;
      }
      return;
    case RuleKind::check:
    case RuleKind::accuracy:
      return add_check(rule, values, said);
    case RuleKind::refused:
    case RuleKind::fallback:
      return remark(rule, values, said);
  }
}

void EngineOutput::add_work(const Rule& rule, const Values& values, Nanos age) {
  // A group that stands in the rule must have given a number: half a line is no work.
  for (const auto& entry : values) {
    if (!number_of(rule, values, entry.first.c_str())) return;
  }
  const Nanos since = std::exchange(since_[rule.name], age);
  const double seconds =
      number_of(rule, values, "seconds").value_or(to_seconds(std::max<Nanos>(0, age - since)));
  double amount = number_of(rule, values, "amount").value_or(rule.amount);
  if (const auto rate = number_of(rule, values, "rate")) amount = *rate * seconds;
  amount *= number_of(rule, values, "count").value_or(1);
  if (!(amount > 0) || !(seconds > 0) || !std::isfinite(amount) || !std::isfinite(seconds)) return;
  worked_ = true;
  // What comes in a flood adds up.
  if (found_.work.size() >= kMaxFound) {
    const auto same = std::ranges::find(found_.work, rule.name, &Found::Work::name);
    if (same == found_.work.end()) return;
    same->amount += amount;
    same->seconds += seconds;
    return;
  }
  found_.work.push_back({rule.name, amount, seconds});
}

void EngineOutput::add_check(const Rule& rule, const Values& values, std::string_view said) {
  if (found_.checks.size() >= kMaxFound) return;
  Verification out;
  if (rule.kind == RuleKind::check) {
    out = {rule.ok, rule.name + " is right", shortened(said)};
  } else {
    const auto value = number_of(rule, values, "value");
    if (!value) return;
    const auto bound = [&](const std::string& text) {
      return text.empty() ? std::nullopt : parse_number(filled_in({text}, options_).front());
    };
    const auto min = bound(rule.min), max = bound(rule.max);
    out.ok = (!min || *value >= *min) && (!max || *value <= *max);
    const auto shown = [](double number) { return dump_json(Json(number)); };
    out.expected =
        rule.name + (min ? " >= " + shown(*min) : "") + (max ? " <= " + shown(*max) : "");
    out.got = shown(*value);
  }
  found_.checks.push_back(std::move(out));
}

void EngineOutput::remark(const Rule& rule, const Values& values, std::string_view said) {
  Json body{{"engine", file_.name}, {"said", shortened(said)}};
  if (rule.kind == RuleKind::refused) {
    refused_ = true;
    body["operator"] = text_or_null(values, "operator");
    body["format"] = text_or_null(values, "format");
  } else {
    const auto found_or = [&](const char* name, const std::string& otherwise) {
      const auto found = values.find(name);
      const bool none = found == values.end() || found->second.empty();
      return none ? filled_in({otherwise}, options_).front() : found->second;
    };
    const std::string asked = filled_in({rule.asked}, options_).front();
    const std::string ran_on = found_or("ran_on", rule.ran_on);
    if (!asked.empty() && ran_on == asked) return;
    const std::string done_text = found_or("done", rule.done), of_text = found_or("of", rule.of);
    const auto done = parse_number(done_text), of = parse_number(of_text);
    if (done && of && *done >= *of) return;
    const std::string named = found_or("part", rule.part);
    const std::string part =
        named.empty() && done && of ? "all but " + done_text + " of " + of_text : named;
    for (const auto& [name, text] : {std::pair{"part", &part}, std::pair{"asked", &asked},
                                     std::pair{"ran_on", &ran_on}}) {
      body[name] = text->empty() ? Json() : Json(*text);
    }
  }
  // Each run says the same again: told once.
  Json key = body;
  key.erase("said");
  if (told_.size() >= kMaxRemarks || !told_.insert(dump_json(key)).second) return;
  found_.notes.push_back(dump_json({{to_string(rule.kind), std::move(body)}}));
}

Found EngineOutput::take() { return std::exchange(found_, {}); }

}  // namespace soakrig::workloads
