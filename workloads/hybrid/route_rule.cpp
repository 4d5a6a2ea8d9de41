// SPDX-License-Identifier: Apache-2.0
#include "workloads/hybrid/route_rule.hpp"

#include <algorithm>
#include <array>

namespace soakrig::workloads {

namespace {

constexpr std::array<std::string_view, 4> kRules{"length", "label", "confidence", "budget"};
constexpr std::size_t kMostLabels = 16, kLongestLabel = 32;
constexpr double kMostWords = 1e6;

Error wrong(std::string what, std::string remedy) {
  return {Errc::invalid, std::move(what), std::move(remedy)};
}

bool among(const std::vector<std::string>& labels, std::string_view label) {
  return std::ranges::find(labels, label) != labels.end();
}

Result<void> check_labels(const std::vector<std::string>& labels) {
  if (labels.size() > kMostLabels) return wrong("more than 16 labels are listed", "list fewer");
  for (const std::string& label : labels) {
    if (!valid_label(label)) {
      return wrong("a label is up to 32 lower-case letters, digits, '_' and '-'",
                   "write it like \"code\"");
    }
  }
  return {};
}

}  // namespace

std::string_view to_string(Place place) { return place == Place::edge ? "edge" : "cloud"; }
std::string_view to_string(RouteKind kind) { return kRules[static_cast<std::size_t>(kind)]; }

Result<RouteKind> parse_route_kind(std::string_view text) {
  const auto found = std::ranges::find(kRules, text);
  if (found != kRules.end()) return static_cast<RouteKind>(found - kRules.begin());
  return wrong("there is no routing rule \"" + std::string(text.substr(0, 40)) + "\"",
               "use length, label, confidence or budget");
}

bool valid_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && std::ranges::all_of(label, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

Result<void> check_rule(const RouteRule& rule) {
  for (const auto* labels : {&rule.cloud_labels, &rule.local_labels}) {
    if (const auto good = check_labels(*labels); !good) return good.error();
  }
  for (const std::string& label : rule.cloud_labels) {
    if (among(rule.local_labels, label)) {
      return wrong("the label \"" + label + "\" is to go to the cloud and to stay here",
                   "leave it on one list");
    }
  }
  if (rule.kind == RouteKind::label && rule.cloud_labels.empty()) {
    return wrong("the rule label names no label for the cloud", "name one, such as \"code\"");
  }
  if (rule.kind != RouteKind::label && !rule.cloud_labels.empty()) {
    return wrong(
        "labels for the cloud do nothing with the rule " + std::string(to_string(rule.kind)),
        "leave them out, or use the rule label");
  }
  if (rule.kind == RouteKind::confidence && !(rule.threshold >= 0 && rule.threshold <= 1)) {
    return wrong("the threshold of a confidence is from 0 to 1", "write 0.8, say");
  }
  if (rule.kind == RouteKind::length && !(rule.threshold >= 0 && rule.threshold <= kMostWords)) {
    return wrong("the threshold of a length is from 0 to 1000000 words", "write 200, say");
  }
  if (rule.kind == RouteKind::budget && !rule.budget_per_hour) {
    return wrong("the rule budget has no budget", "say what an hour may cost");
  }
  if (rule.budget_per_hour && !(*rule.budget_per_hour >= 0 && *rule.budget_per_hour <= 1e9)) {
    return wrong("a budget is not negative", "correct it");
  }
  return {};
}

bool Budget::hold(Nanos now, double estimate) {
  if (!per_hour_) return true;
  if (last_ && now > *last_) {
    const double granted = *per_hour_ * to_seconds(now - *last_) / 3600;
    left_ = std::min(*per_hour_, left_ + granted);
  }
  if (!last_ || now > *last_) last_ = now;
  if (left_ < estimate) return false;
  left_ -= estimate;
  return true;
}

void Budget::settle(double estimate, double actual) {
  spent_ += actual;
  if (per_hour_) left_ += estimate - actual;
}

bool Router::stays(std::string_view label) const { return among(rule_.local_labels, label); }

Route Router::ask_cloud(Nanos now, std::string_view label, double estimate) {
  if (stays(label)) return {};
  if (!budget_.hold(now, estimate)) return {Place::edge, true};
  return {Place::cloud, false};
}

Route Router::first(Nanos now, std::string_view label, std::uint64_t words, double estimate) {
  switch (rule_.kind) {
    case RouteKind::confidence:
      return {};
    case RouteKind::length:
      return static_cast<double>(words) > rule_.threshold ? ask_cloud(now, label, estimate)
                                                          : Route{};
    case RouteKind::label:
      return among(rule_.cloud_labels, label) ? ask_cloud(now, label, estimate) : Route{};
    case RouteKind::budget:
      return ask_cloud(now, label, estimate);
  }
  return {};
}

Route Router::second(Nanos now, std::string_view label, std::optional<double> confidence,
                     double estimate) {
  if (rule_.kind != RouteKind::confidence) return {};
  if (confidence.value_or(-1) >= rule_.threshold) return {};
  return ask_cloud(now, label, estimate);
}

bool Router::may_fall_back(Nanos now, std::string_view label, Place to, double estimate) {
  if (!rule_.fallback) return false;
  return to == Place::edge || ask_cloud(now, label, estimate).place == Place::cloud;
}

}  // namespace soakrig::workloads
