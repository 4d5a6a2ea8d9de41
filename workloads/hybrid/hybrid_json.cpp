// SPDX-License-Identifier: Apache-2.0
#include "workloads/hybrid/hybrid_json.hpp"

#include <fmt/format.h>

namespace soakrig::workloads {

namespace {

std::string asked_json(const std::optional<Asked>& asked, bool shadow) {
  if (!asked) return "null";
  return fmt::format("[{},{:.6f},{},{:.9g},{}]", asked->good ? 1 : 0, asked->latency_s,
                     asked->request_bytes, asked->cost, shadow ? 1 : 0);
}

}  // namespace

std::string totals_json(const HybridTotals& t, const LinkReport& link, bool priced) {
  const auto money = [&](double value) { return priced ? fmt::format("{:.9g}", value) : "null"; };
  std::string out = fmt::format(
      R"({{"requests":{},"good":{},"offloaded":{},"fell_to_edge":{},"fell_to_cloud":{},)"
      R"("edge_asked":{},"edge_failed":{},"cloud_asked":{},"cloud_failed":{},)"
      R"("refused_by_budget":{},"no_confidence":{},"shadowed":{},)",
      t.requests, t.good, t.offloaded, t.fell_to_edge, t.fell_to_cloud, t.edge_asked, t.edge_failed,
      t.cloud_asked, t.cloud_failed, t.refused_by_budget, t.no_confidence, t.shadowed);
  out += fmt::format(R"("edge_tokens":{},"cloud_tokens":{},"cloud_tokens_in":{},"unpriced":{},)"
                     R"("cost":{},"shadow_cost":{},)",
                     t.edge_tokens, t.cloud_tokens, t.cloud_tokens_in, t.unpriced, money(t.cost),
                     money(t.shadow_cost));
  out += fmt::format(
      R"("link":{{"up_bytes":{},"down_bytes":{},"connections":{},"reset":{},"span_s":{:.6f},)"
      R"("down_s":{:.6f},"stalled_s":{:.6f},"outages":{},"stalls":{}}}}})",
      link.counts.up_bytes, link.counts.down_bytes, link.counts.connections, link.counts.reset,
      to_seconds(link.passed.span), to_seconds(link.passed.down), to_seconds(link.passed.stalled),
      link.passed.outages, link.passed.stalls);
  return out;
}

std::string record_json(const HybridRecord& r) {
  return fmt::format(
      R"([{:.3f},"{}",{},"{}",{},{:.6f},{},{},{},{}])", r.at_s, r.label, r.words,
      to_string(r.routed), r.served ? fmt::format("\"{}\"", to_string(*r.served)) : "null",
      r.latency_s, r.confidence ? fmt::format("{:.6f}", *r.confidence) : "null",
      asked_json(r.edge, r.shadow_edge), asked_json(r.cloud, r.shadow_cloud), r.drawn ? 1 : 0);
}

}  // namespace soakrig::workloads
