// SPDX-License-Identifier: Apache-2.0
// Also tests: hybrid_command.cpp user_file.cpp
#include "workloads/hybrid_workload.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"
#include "workloads/openai/null_server.hpp"
#include "workloads/user_file.hpp"

using namespace soakrig;
using namespace soakrig::workloads;
using nlohmann::json;

namespace {

const SystemClock kClock;

Result<std::unique_ptr<Workload>> made(const std::string& line) {
  CLI::App parser;
  const auto command = hybrid_command();
  command->add_options(parser);
  try {
    parser.parse(line);
  } catch (const CLI::ParseError& error) {
    return Error{Errc::invalid, error.what()};
  }
  return command->make(kClock);
}

std::string refused(const std::string& more) {
  const auto workload =
      made("--edge-url http://127.0.0.1:9 --cloud-url http://127.0.0.1:9 " + more);
  return workload ? "" : workload.error().message();
}

}  // namespace

TEST_CASE("hybrid_workload: totals, rows and histograms say the same of the same requests") {
  const auto edge = start_null_server({.tokens = 4}).value();
  const auto cloud = start_null_server({.tokens = 6}).value();
  const auto url = [](const NullServer& s) { return std::to_string(s.port()); };
  const auto workload = made("--edge-url http://127.0.0.1:" + url(*edge) +
                             " --cloud-url http://127.0.0.1:" + url(*cloud) +
                             " --rule label --cloud-label code --rtt 4ms --prompts mixed "
                             "--arrivals constant --rate 50")
                            .value();
  const auto facts = workload->prepare().value();
  CHECK(facts.at("rule") == "label");
  CHECK(facts.at("link").find("rtt 4ms") == 0);
  double requests = 0;
  while (requests < 30) {
    for (const Done& done : workload->run_slice().done) {
      if (done.kind == "requests") requests += done.amount;
    }
  }
  std::size_t rows = 0;
  json totals;
  for (const std::string& line : workload->take_histograms(true)) {
    const json hist = json::parse(line);
    if (hist.contains("series")) CHECK(hist["series"].contains("class_code"));
    if (!hist.contains("hybrid")) continue;
    rows += hist["hybrid"]["rows"].size();
    totals = hist["hybrid"]["totals"];
    for (const json& row : hist["hybrid"]["rows"]) CHECK((row[3] == "cloud") == (row[1] == "code"));
  }
  CHECK(totals["requests"] == rows);
  CHECK(totals["good"] == rows);
  CHECK(totals["cost"].is_null());
}

TEST_CASE(
    "hybrid_workload: an edge that tells no log-probabilities cannot be routed by confidence") {
  const auto server = start_null_server({.tokens = 4}).value();
  const std::string url = "http://127.0.0.1:" + std::to_string(server->port());
  const auto workload = made("--edge-url " + url + " --cloud-url " + url +
                             " --rule confidence --threshold 0.5 --ready-within 1s")
                            .value();
  CHECK_FALSE(workload->prepare());
}

TEST_CASE("hybrid_workload: options that cannot be are one error each") {
  CHECK(refused("--rule length").find("has no --threshold") != std::string::npos);
  CHECK(refused("--rule length --threshold 5") == "");
  CHECK(refused("--rule length --threshold 5 --both 50%") == "");
  CHECK(refused("--rule length --threshold 5 --both 0.5") != "");
  CHECK(refused("--rule length --threshold 5 --streams 0") != "");
  CHECK(refused("--rule length --threshold 5 --outages 5s").find("EVERY:LASTS") !=
        std::string::npos);
  CHECK(refused("--rule length --threshold 5 --outage-kind slow") != "");
  CHECK(refused("--rule length --threshold 5 --price-edge 1").find("prices are three") !=
        std::string::npos);
  CHECK(refused("--rule budget --budget 1").find("needs prices") != std::string::npos);
  CHECK(refused("--rule confidence --threshold 0.5 --edge-api ollama") != "");
  CHECK(refused("--rule length --threshold 5 --cloud-token-env SOAKRIG_NO_SUCH") != "");
}

TEST_CASE("user_file: a key has no blanks and ends with its line") {
  const test::TempDir dir;
  dir.write("key", "abc\r\n");
  CHECK(read_token("", dir.file("key")).value() == "abc");
  dir.write("key", "a b");
  CHECK_FALSE(read_token("", dir.file("key")));
  CHECK(read_token("", "").value().empty());
  CHECK_FALSE(read_user_file(dir.file("none")));
}
