// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/hybrid.hpp"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "results/analysis/latency_histogram.hpp"
#include "results/analysis/reliability.hpp"
#include "results/analysis/tail_bound.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::analysis {

namespace {

using Json = nlohmann::json;
using Counts = std::map<std::string, double>;

const Json* member(const Json* object, const char* name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

// A finite number that is not negative.
std::optional<double> number(const Json& value) {
  if (!value.is_number()) return std::nullopt;
  const double out = value.get<double>();
  return std::isfinite(out) && out >= 0 ? std::optional(out) : std::nullopt;
}

bool ask_of(const Json& value, std::optional<HybridAsk>& into) {
  if (value.is_null()) return true;
  if (!value.is_array() || value.size() != 5) return false;
  double fields[5];
  for (std::size_t i = 0; i < 5; ++i) {
    const auto field = number(value[i]);
    if (!field) return false;
    fields[i] = *field;
  }
  into = HybridAsk{fields[0] == 1, fields[1], fields[2], fields[3], fields[4] == 1};
  return true;
}

std::optional<HybridRow> row_of(const Json& value) {
  if (!value.is_array() || value.size() != 10) return std::nullopt;
  const auto at = number(value[0]), words = number(value[2]), latency = number(value[5]);
  const bool texts =
      value[1].is_string() && value[3].is_string() && (value[4].is_string() || value[4].is_null());
  if (!at || !words || !latency || !texts) return std::nullopt;
  HybridRow row;
  row.at_s = *at;
  row.label = value[1].get<std::string>().substr(0, 32);
  row.words = *words;
  row.to_cloud = value[3] == "cloud";
  row.served = value[4].is_string();
  row.latency_s = *latency;
  row.confidence = number(value[6]);
  row.drawn = number(value[9]) == 1.0;
  if (!ask_of(value[7], row.edge) || !ask_of(value[8], row.cloud)) return std::nullopt;
  return row;
}

Counts counts_of(const Json* totals) {
  Counts out;
  const auto add = [&](const Json* object, const std::string& prefix) {
    if (object == nullptr || !object->is_object()) return;
    for (const auto& [name, value] : object->items()) {
      if (const auto count = number(value)) out[prefix + name] = *count;
    }
  };
  add(totals, "");
  add(member(totals, "link"), "link.");
  return out;
}

HybridShare share_of(double seen, double of) {
  HybridShare out{static_cast<std::uint64_t>(seen), static_cast<std::uint64_t>(of), {}, {}, {}};
  if (of < 1 || seen > of) return out;
  const ShareBounds bounds = clopper_pearson(out.seen, out.of, 0.95);
  out.share = seen / of;
  out.lower = bounds.lower;
  out.upper = bounds.upper;
  return out;
}

class Gather {
 public:
  void take(const Json& told, bool inside) {
    const Counts now = counts_of(member(&told, "totals"));
    // Another process counts from nothing again.
    const bool again = before_.contains("requests") && now.contains("requests") &&
                       now.at("requests") < before_.at("requests");
    if (again) before_.clear();
    if (inside) {
      any_ = true;
      for (const auto& [name, value] : now) sum_[name] += value - before_[name];
      take_rule(told);
      take_rows(told);
    }
    before_ = now;
  }

  [[nodiscard]] bool any() const { return any_; }

  HybridFigures figures() && {
    HybridFigures& f = out_;
    const auto whole = [&](const char* name) { return static_cast<std::uint64_t>(sum_[name]); };
    f.requests = whole("requests");
    f.offloaded = share_of(sum_["offloaded"], sum_["requests"]);
    f.available = share_of(sum_["good"], sum_["requests"]);
    f.cloud_available = share_of(sum_["cloud_asked"] - sum_["cloud_failed"], sum_["cloud_asked"]);
    if (f.emulated && sum_["link.span_s"] > 0) {
      f.link_available = 1 - sum_["link.down_s"] / sum_["link.span_s"];
    }
    f.outages = whole("link.outages");
    f.fell_to_edge = whole("fell_to_edge");
    f.fell_to_cloud = whole("fell_to_cloud");
    f.refused_by_budget = whole("refused_by_budget");
    f.unpriced = whole("unpriced");
    f.shadowed = whole("shadowed");
    f.up_bytes = sum_["link.up_bytes"];
    f.down_bytes = sum_["link.down_bytes"];
    // An answer that could not be priced would make the cost too low without a word.
    if (!f.currency.empty() && f.requests > 0 && f.unpriced == 0) {
      f.cost_per_1000 = sum_["cost"] / sum_["requests"] * 1000;
    }
    return std::move(out_);
  }

 private:
  void take_rule(const Json& told) {
    out_.rule = json_get<std::string>(told, "rule").value_or("").substr(0, 32);
    out_.currency = json_get<std::string>(told, "currency").value_or("").substr(0, 32);
    out_.threshold = json_get<double>(told, "threshold");
    out_.fallback = json_get<bool>(told, "fallback").value_or(true);
    out_.emulated = json_get<bool>(told, "emulated").value_or(false);
  }

  void take_rows(const Json& told) {
    if (const Json* left = member(&told, "left_out")) {
      out_.left_out += static_cast<std::uint64_t>(number(*left).value_or(0));
    }
    const Json* rows = member(&told, "rows");
    if (rows == nullptr || !rows->is_array()) return;
    for (const Json& each : *rows) {
      auto row = row_of(each);
      if (row && out_.rows.size() < kMostHybridRows) {
        out_.rows.push_back(std::move(*row));
      } else {
        ++out_.left_out;
      }
    }
  }

  HybridFigures out_;
  Counts before_, sum_;
  bool any_ = false;
};

void add_classes(std::span<const Event> events, const std::string& board,
                 const std::string& workload, const Interval& range, HybridFigures& into) {
  const auto p95 = histogram_quantile(events, board, workload, range, 0.95);
  for (const auto& [series, summary] : histogram_latency(events, board, workload, range)) {
    const auto named = [&]() -> std::string {
      if (series == "latency") return "all";
      if (series == "latency_edge" || series == "latency_cloud") return series.substr(8);
      return series.starts_with("class_") ? series.substr(6) : "";
    }();
    if (named.empty()) continue;
    into.classes.push_back(
        {named, summary.n, summary.p50, p95.at(series), enough_for(0.95, summary.n)});
  }
}

}  // namespace

std::optional<HybridFigures> hybrid_figures(std::span<const Event> events, const std::string& board,
                                            const std::string& workload, const Interval& range) {
  Gather gather;
  for (const Event& event : events) {
    if (event.board != board || event.kind != event_kind::kWorkNote ||
        event.body.find("\"hybrid\"") == std::string::npos) {
      continue;
    }
    const auto body = parse_json(event.body);
    if (!body || json_get<std::string>(*body, "workload") != workload) continue;
    const Json* hist = member(&*body, "hist");
    const Json* told = member(hist, "hybrid");
    if (told == nullptr || !told->is_object()) continue;
    const double window = std::clamp(json_get<double>(*hist, "window_s").value_or(0), 0.0, 3600.0);
    gather.take(*told, range.contains(event.t - from_seconds(window / 2)));
  }
  if (!gather.any()) return std::nullopt;
  HybridFigures out = std::move(gather).figures();
  add_classes(events, board, workload, range, out);
  return out;
}

}  // namespace soakrig::analysis
