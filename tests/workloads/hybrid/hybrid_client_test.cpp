// SPDX-License-Identifier: Apache-2.0
// Also tests: asker.cpp
#include "workloads/hybrid/hybrid_client.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/raw_server.hpp"
#include "workloads/openai/null_server.hpp"

using namespace soakrig;
using namespace soakrig::workloads;
using soakrig::test::RawServer;

namespace {

const SystemClock kClock;

std::string url_of(const NullServer& server) {
  return "http://127.0.0.1:" + std::to_string(server.port());
}

std::string sure(const char* logprob) {
  const std::string body = std::string(R"({"choices":[{"message":{"content":"a"},"logprobs":)") +
                           R"({"content":[{"token":"a","logprob":)" + logprob +
                           R"(}]}}],"usage":{"completion_tokens":1,"prompt_tokens":2}})";
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

HybridOptions routing(const std::string& edge, const std::string& cloud) {
  HybridOptions o;
  o.edge.url = parse_http_url(edge).value();
  o.cloud.url = parse_http_url(cloud).value();
  o.edge.timeout = o.cloud.timeout = 2 * kSecond;
  o.rule.threshold = 5;
  return o;
}

Prompts prompts() {
  PromptOptions o;
  o.texts = {"short", "this one has quite a few more words"};
  o.labels = {"question", "report"};
  o.unique = false;
  return Prompts::make(o).value();
}

std::vector<HybridRecord> run(HybridClient& client, std::size_t count) {
  std::vector<HybridRecord> out;
  const Nanos until = kClock.boot_ns() + 20 * kSecond;
  while (out.size() < count && kClock.boot_ns() < until) {
    client.run_for(20 * kMillisecond);
    for (HybridRecord& r : client.take_records()) out.push_back(std::move(r));
  }
  REQUIRE(out.size() >= count);
  return out;
}

}  // namespace

TEST_CASE("hybrid_client: each request goes where its length says, and costs what it says") {
  const auto edge = start_null_server({.tokens = 4}).value();
  const auto cloud = start_null_server({.tokens = 6}).value();
  HybridOptions o = routing(url_of(*edge), url_of(*cloud));
  o.prices = HybridPrices{1, 10, 2};
  const auto client = make_hybrid_client(o, prompts(), kClock).value();
  for (const HybridRecord& r : run(*client, 40)) {
    const bool cloudy = r.label == "report";
    CHECK(r.routed == (cloudy ? Place::cloud : Place::edge));
    CHECK(r.served == r.routed);
    CHECK(r.edge.has_value() != cloudy);
    CHECK(r.cloud.has_value() == cloudy);
    if (r.cloud) CHECK(r.cloud->cost == Approx((6 * 10 + 8 * 1) * 1e-6));
    if (r.edge) CHECK(r.edge->cost == Approx(4 * 2 * 1e-6));
  }
  const HybridTotals& t = client->totals();
  CHECK(t.offloaded == t.cloud_asked);
  CHECK(t.edge_tokens == 4 * t.edge_asked);
  CHECK(t.shadowed == 0);
}

TEST_CASE("hybrid_client: where the cloud is gone the edge answers, or nobody") {
  const auto edge = start_null_server({.tokens = 4}).value();
  std::string gone;
  {
    const RawServer was({{""}});
    gone = was.url();
  }
  HybridOptions o = routing(url_of(*edge), gone);
  const auto client = make_hybrid_client(o, prompts(), kClock).value();
  for (const HybridRecord& r : run(*client, 20)) {
    CHECK(r.served == Place::edge);
    if (r.label == "report") CHECK_FALSE(r.cloud->good);
  }
  CHECK(client->totals().fell_to_edge == client->totals().cloud_failed);
  o.rule.fallback = false;
  const auto alone = make_hybrid_client(o, prompts(), kClock).value();
  for (const HybridRecord& r : run(*alone, 10))
    CHECK(r.served.has_value() == (r.label != "report"));
}

TEST_CASE("hybrid_client: an unsure answer is asked again in the cloud; the lot asks both") {
  const RawServer unsure({{sure("-2.0"), false}});
  const auto cloud = start_null_server({.tokens = 6}).value();
  HybridOptions o = routing(unsure.url(), url_of(*cloud));
  o.rule.kind = RouteKind::confidence;
  o.rule.threshold = 0.5;
  auto client = make_hybrid_client(o, prompts(), kClock).value();
  for (const HybridRecord& r : run(*client, 5)) {
    CHECK(*r.confidence == Approx(std::exp(-2.0)));
    CHECK(r.served == Place::cloud);
    CHECK(r.latency_s >= r.edge->latency_s);
  }
  client.reset();  // the server takes one connection at a time
  o.rule.threshold = 0.1;
  o.both = 1;
  const auto content = make_hybrid_client(o, prompts(), kClock).value();
  for (const HybridRecord& r : run(*content, 5)) {
    CHECK(r.served == Place::edge);
    CHECK(r.shadow_cloud);
    CHECK(r.cloud->good);
  }
  CHECK(content->totals().cloud_asked == 0);  // what the sweep asks is no figure of the load
  CHECK(content->totals().shadowed >= 5);
}

TEST_CASE("hybrid_client: what may not leave never does, not even for the sweep") {
  const auto edge = start_null_server({.tokens = 4}).value();
  const auto cloud = start_null_server({.tokens = 6}).value();
  HybridOptions o = routing(url_of(*edge), url_of(*cloud));
  o.rule.threshold = 0;
  o.rule.local_labels = {"report", "question"};
  o.both = 1;
  const auto client = make_hybrid_client(o, prompts(), kClock).value();
  for (const HybridRecord& r : run(*client, 20)) CHECK_FALSE(r.cloud);
  CHECK(client->link().counts.up_bytes == 0);
}
