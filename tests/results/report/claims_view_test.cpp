// SPDX-License-Identifier: Apache-2.0
#include "results/report/claims_view.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace soakrig;
using nlohmann::json;
using soakrig::report::claims_text;
using soakrig::report::claims_view;

namespace {

// One phase for each of a memory, a gemm and an llm workload; sustained as given.
std::string document(double bandwidth, double peak, double tokens, const std::string& verdict) {
  const auto work = [](const char* name, const char* kind, const char* unit, double sustained) {
    return json{
        {"name", kind},
        {"work", {{{"name", name}, {"kind", kind}, {"unit", unit}, {"sustained", sustained}}}}};
  };
  json claim = {{"name", "tokens_per_s"}, {"claimed", 60},
                {"unit", "{token}/s"},    {"peak", 50},
                {"sustained", tokens},    {"verdict", verdict},
                {"reason", "because"},    {"conditions", {{"ambient", "25"}}}};
  return json{
      {"boards",
       {{{"name", "pi"},
         {"claims", {claim}},
         {"phases",
          {work("stream", "memory", "By/s", bandwidth), work("product", "gemm", "{ops}/s", peak),
           work("chat", "llm", "{token}/s", tokens)}}}}}}
      .dump();
}

report::ReadyFacts facts() {
  return {{"pi",
           {{"chat", {{"bytes_per_token", "582000000"}, {"format", "q4_0"}}},
            {"product", {{"precision", "int8"}}},
            {"stream", {{"op", "read"}}}}}};
}

}  // namespace

TEST_CASE("claims_view: a model is set against what was measured beside it") {
  const auto view = claims_view(document(30.2e9, 388e9, 45, "fail"), facts());
  CHECK(view.worst == Verdict::fail);
  const json board = json::parse(view.json)["boards"][0];
  CHECK(board["claims"][0]["name"] == "tokens_per_s");
  CHECK(board["ceilings"]["bandwidth_gb_s"] == Approx(30.2));
  CHECK(board["ceilings"]["peak_gops"] == Approx(388));
  const json load = board["loads"][0];
  CHECK(load["workload"] == "chat");
  CHECK(load["mbu"].get<double>() == Approx(0.867).epsilon(0.01));
  CHECK(load["attainable_tokens_per_s"].get<double>() == Approx(51.9).epsilon(0.01));
  CHECK(view.svg.find("chat llm") != std::string::npos);
  const std::string text = claims_text(view.json);
  CHECK(text.find("claimed 60 {token}/s, peak 50, sustained 45: fail") != std::string::npos);
  CHECK(text.find("ambient=25") != std::string::npos);
  CHECK(text.find("bound by memory") != std::string::npos);
}

TEST_CASE("claims_view: what was not measured is null, and what cannot be is said") {
  const auto blind = claims_view(document(30.2e9, 388e9, 45, "inconclusive"), {});
  CHECK(blind.worst == Verdict::inconclusive);
  CHECK(json::parse(blind.json)["boards"][0]["loads"][0]["mbu"].is_null());
  CHECK(claims_view(document(30.2e9, 388e9, 45, "pass"), facts()).worst == Verdict::pass);
  const auto wrong = claims_view(document(10e9, 388e9, 45, "pass"), facts());
  CHECK(claims_text(wrong.json).find("the inputs are wrong") != std::string::npos);
}

TEST_CASE("claims_view: a document that is none gives no boards") {
  for (const char* text : {"", "[]", "{", "{}", R"({"boards":[{}]})"}) {
    const auto view = claims_view(text, {});
    CHECK(view.svg.empty());
    CHECK(json::parse(view.json)["boards"].is_array());
    CHECK_NOTHROW(claims_text(view.json));
  }
}
