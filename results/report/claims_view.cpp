// SPDX-License-Identifier: Apache-2.0
#include "results/report/claims_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "results/analysis/roofline.hpp"
#include "results/report/roofline_svg.hpp"

namespace soakrig::report {

namespace {

using Json = nlohmann::json;
using Facts = std::map<std::string, std::string>;
using BoardFacts = std::map<std::string, Facts>;

std::optional<double> number(const Json& from, const char* key) {
  const auto found = from.find(key);
  return found == from.end() || !found->is_number() ? std::nullopt
                                                    : std::optional(found->get<double>());
}

std::string text(const Json& from, const char* key) {
  const auto found = from.find(key);
  return found == from.end() || !found->is_string() ? "" : found->get<std::string>();
}

std::optional<double> fact(const Facts& facts, const std::string& key) {
  const auto found = facts.find(key);
  if (found == facts.end()) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(found->second.c_str(), &end);
  return end == found->second.c_str() || value <= 0 ? std::nullopt : std::optional(value);
}

template <class Use>
void for_each_work(const Json& board, const Use& use) {
  for (const Json& phase : board.value("phases", Json::array())) {
    for (const Json& work : phase.value("work", Json::array())) use(text(phase, "name"), work);
  }
}

void raise(std::optional<double>& best, std::optional<double> value) {
  if (value && (!best || *value > *best)) best = value;
}

// The best that the board sustained in any phase: of bytes anywhere, of
// operations in bytes where those were measured, since the models compute in
// bytes.
analysis::Ceilings ceilings_of(const Json& board, const BoardFacts& facts) {
  analysis::Ceilings out;
  std::optional<double> other_peak;
  for_each_work(board, [&](const std::string&, const Json& work) {
    const auto found = facts.find(text(work, "name"));
    const bool int8 = found != facts.end() && found->second.contains("precision") &&
                      found->second.at("precision") == "int8";
    if (text(work, "kind") == "memory" && text(work, "unit") == "By/s") {
      raise(out.bandwidth, number(work, "sustained"));
    }
    if (text(work, "kind") == "gemm")
      raise(int8 ? out.peak : other_peak, number(work, "sustained"));
  });
  if (!out.peak) out.peak = other_peak;
  return out;
}

// Decoding reads its weights once and multiplies each once: bits of a weight
// are known by the format.
analysis::Load load_of(const Json& work, const Facts& facts) {
  analysis::Load load;
  load.speed = number(work, "sustained");
  load.bytes = fact(facts, "bytes_per_token");
  const auto format = facts.find("format");
  if (load.bytes && format != facts.end()) {
    load.operations = 2 * *load.bytes * 8 / (format->second == "q4_0" ? 4.5 : 8.5);
  }
  return load;
}

Json or_null(std::optional<double> value) { return value ? Json(*value) : Json(); }

Json explain(const Json& board, const BoardFacts& facts, const analysis::Ceilings& ceilings,
             std::vector<RooflinePoint>& points) {
  Json loads = Json::array();
  for_each_work(board, [&](const std::string& phase, const Json& work) {
    if (text(work, "kind") != "llm") return;
    const std::string name = text(work, "name");
    const auto found = facts.find(name);
    const analysis::Load load = load_of(work, found == facts.end() ? Facts{} : found->second);
    const analysis::BoundResult bound = explain_bound(load, ceilings);
    loads.push_back({{"phase", phase},
                     {"workload", name},
                     {"tokens_per_s", or_null(load.speed)},
                     {"bytes_per_token", or_null(load.bytes)},
                     {"mbu", or_null(bound.mbu)},
                     {"mfu", or_null(bound.mfu)},
                     {"attainable_tokens_per_s", or_null(bound.attainable)},
                     {"words", bound.words}});
    if (bound.intensity && load.speed && load.operations) {
      points.push_back({name + " " + phase, *bound.intensity, *load.speed * *load.operations});
    }
  });
  return loads;
}

std::string figure(const Json& from, const char* key) {
  const auto value = number(from, key);
  return value ? fmt::format("{:.4g}", *value) : "-";
}

std::string board_text(const Json& board) {
  std::string out;
  out += fmt::format("{}\n", text(board, "name"));
  if (board["claims"].empty()) out += fmt::format("  no claims in the profile ([[board.claim]])\n");
  for (const Json& claim : board["claims"]) {
    std::string conditions;
    const Json stated = claim.value("conditions", Json::object());
    for (const auto& [key, value] : stated.items()) {
      if (value.is_string()) conditions += fmt::format(" {}={}", key, value.get<std::string>());
    }
    out += fmt::format("  {:<22} claimed {} {}, peak {}, sustained {}: {}\n", text(claim, "name"),
                       figure(claim, "claimed"), text(claim, "unit"), figure(claim, "peak"),
                       figure(claim, "sustained"), text(claim, "verdict"));
    if (!conditions.empty()) out += fmt::format("      on{}\n", conditions);
    out += fmt::format("      {}\n", text(claim, "reason"));
    if (!text(claim, "bound").empty()) out += fmt::format("      {}\n", text(claim, "bound"));
  }
  const Json& ceilings = board["ceilings"];
  out +=
      fmt::format("  measured beside it: {} GB/s, {} GOPS\n",
                  ceilings["bandwidth_gb_s"].is_null() ? "-" : figure(ceilings, "bandwidth_gb_s"),
                  ceilings["peak_gops"].is_null() ? "-" : figure(ceilings, "peak_gops"));
  for (const Json& load : board["loads"]) {
    out += fmt::format("  {} in phase {}: {} tokens/s of {} attainable, {}\n",
                       text(load, "workload"), text(load, "phase"), figure(load, "tokens_per_s"),
                       figure(load, "attainable_tokens_per_s"), text(load, "words"));
  }
  return out;
}

Verdict worst_of(const Json& claims) {
  Verdict worst = Verdict::pass;
  for (const Json& claim : claims) {
    const std::string verdict = text(claim, "verdict");
    if (verdict == "fail") return Verdict::fail;
    if (verdict != "pass") worst = Verdict::inconclusive;
  }
  return worst;
}

Json scaled(std::optional<double> value) { return value ? Json(*value * 1e-9) : Json(); }

}  // namespace

ClaimsView claims_view(std::string_view document, const ReadyFacts& facts) {
  ClaimsView out;
  Json boards = Json::array();
  const Json whole = Json::parse(document, nullptr, false);
  if (whole.is_object()) {
    for (const Json& board : whole.value("boards", Json::array())) {
      const std::string name = text(board, "name");
      const auto found = facts.find(name);
      const BoardFacts known = found == facts.end() ? BoardFacts{} : found->second;
      const analysis::Ceilings ceilings = ceilings_of(board, known);
      std::vector<RooflinePoint> points;
      Json loads = explain(board, known, ceilings, points);
      if (out.svg.empty()) out.svg = roofline_svg(ceilings, points);
      Json claims = board.value("claims", Json::array());
      const Verdict worst = worst_of(claims);
      if (worst == Verdict::fail || out.worst == Verdict::pass) out.worst = worst;
      boards.push_back(
          {{"name", name},
           {"claims", std::move(claims)},
           {"ceilings",
            {{"bandwidth_gb_s", scaled(ceilings.bandwidth)}, {"peak_gops", scaled(ceilings.peak)}}},
           {"loads", std::move(loads)}});
    }
  }
  out.json = Json{{"boards", std::move(boards)}}.dump(2);
  return out;
}

std::string claims_text(std::string_view claims_json) {
  const Json whole = Json::parse(claims_json, nullptr, false);
  std::string out;
  if (!whole.is_object()) return out;
  for (const Json& board : whole.value("boards", Json::array())) out += board_text(board);
  return out;
}

}  // namespace soakrig::report
