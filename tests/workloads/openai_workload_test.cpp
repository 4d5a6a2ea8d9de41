// SPDX-License-Identifier: Apache-2.0
// Also tests: openai_command.cpp
#include "workloads/openai_workload.hpp"

#include <signal.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/workloads/support/run_cycle.hpp"
#include "workloads/openai/null_server.hpp"

using namespace soakrig;
using namespace soakrig::workloads;
using nlohmann::json;
using soakrig::test::RawServer;

namespace {

const SystemClock kClock;

OpenaiOptions asking(const std::string& url) {
  OpenaiOptions options;
  options.client.url = parse_http_url(url).value();
  options.ready_within = 2 * kSecond;
  options.calibrate = false;
  return options;
}

Result<std::unique_ptr<Workload>> made(const std::string& line) {
  CLI::App parser;
  const auto command = openai_command();
  command->add_options(parser);
  try {
    parser.parse(line);
  } catch (const CLI::ParseError& error) {
    return Error{Errc::invalid, error.what()};
  }
  return command->make(kClock);
}

std::string refused(const std::string& line) {
  const auto workload = made(line);
  return workload ? "" : workload.error().message();
}

}  // namespace

TEST_CASE(
    "openai_workload: work is what the engine counted, and the ready line says what answered") {
  const auto server = start_null_server({.tokens = 5, .interval = kMillisecond}).value();
  OpenaiOptions options = asking("http://127.0.0.1:" + std::to_string(server->port()));
  options.calibrate = true;
  const auto workload = make_openai(options, kClock).value();
  const auto facts = workload->prepare().value();
  CHECK(facts.at("client") == "closed");
  CHECK(std::stod(facts.at("client_tokens_per_cpu_s")) > 0);
  const Cycle cycle = run_cycle(*workload);
  CHECK(cycle.work.at("tokens") == 5 * cycle.work.at("requests"));
  CHECK(cycle.work.at("good") == cycle.work.at("requests"));
  CHECK(cycle.work.at("failed") == 0);
  for (const char* gauge : {"ttft_ms", "tpot_ms", "latency_ms", "open", "client_cpu"}) {
    INFO(gauge);
    CHECK(cycle.gauges.contains(gauge));
  }
  CHECK(workload->take_histograms(false).empty());  // not due
  const auto last = workload->take_histograms(true);
  REQUIRE(last.size() == 1);
  const json series = json::parse(last[0])["series"];
  CHECK(series["ttft"]["count"] == cycle.work.at("requests"));
  CHECK(workload->take_histograms(true).empty());
}

TEST_CASE("openai_workload: an engine that gives no good answer is an error with the reason") {
  const RawServer closed({{"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"}});
  const auto workload = make_openai(asking(closed.url()), kClock).value();
  const auto ready = workload->prepare();
  REQUIRE_FALSE(ready);
  CHECK(ready.error().code == Errc::io);
  CHECK(ready.error().what.find("unauthorised") != std::string::npos);
}

TEST_CASE(
    "openai_workload: an engine that ends before it answers is an error with its last words") {
  std::string nobody;
  {
    const RawServer server({{""}});
    nobody = server.url();
  }
  OpenaiOptions options = asking(nobody);
  options.ready_within = 20 * kSecond;
  options.start = {"sh", "-c", "echo no memory >&2; exit 3"};
  const auto ready = make_openai(options, kClock).value()->prepare();
  REQUIRE_FALSE(ready);
  CHECK(ready.error().what.find("code 3") != std::string::npos);
  CHECK(ready.error().what.find("no memory") != std::string::npos);
  options.start = {"/no/such/engine"};
  CHECK_FALSE(make_openai(options, kClock).value()->prepare());
}

TEST_CASE("openai_workload: an engine that ends while it serves takes the workload along") {
  const auto server = start_null_server({.tokens = 2}).value();
  const test::TempDir folder;
  OpenaiOptions options = asking("http://127.0.0.1:" + std::to_string(server->port()));
  options.start = {
      "sh", "-c",
      "while [ ! -e '" + folder.file("now") + "' ]; do :; done; echo bad page; kill -SEGV $$"};
  const auto workload = make_openai(options, kClock).value();
  REQUIRE(workload->prepare());
  folder.write("now", "");
  Slice slice;
  for (int i = 0; i < 100 && !slice.ending; ++i) slice = workload->run_slice();
  REQUIRE(slice.ending);
  CHECK(slice.ending->signal == SIGSEGV);
  const auto notes = workload->take_notes();
  REQUIRE_FALSE(notes.empty());
  const json ended = json::parse(notes[0])["engine_ended"];
  CHECK(ended["signal"] == SIGSEGV);
  CHECK(ended["last"] == json({"bad page"}));
}

TEST_CASE("openai_workload: an engine that is still loading is waited for") {
  const std::string good =
      "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
      "data: {\"choices\":[],\"usage\":{\"completion_tokens\":1}}\n\ndata: [DONE]\n\n";
  const RawServer loading(
      {{"HTTP/1.1 503 Loading\r\nContent-Length: 0\r\n\r\n"},
       {"HTTP/1.1 503 Loading\r\nContent-Length: 0\r\n\r\n"},
       {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: " +
        std::to_string(good.size()) + "\r\n\r\n" + good}});
  const auto workload = make_openai(asking(loading.url()), kClock).value();
  CHECK(workload->prepare());
}

TEST_CASE("openai_workload: failures are told by class") {
  const std::string good =
      "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
      "data: {\"choices\":[],\"usage\":{\"completion_tokens\":1}}\n\ndata: [DONE]\n\n";
  const RawServer::Answer well{
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: " +
      std::to_string(good.size()) + "\r\n\r\n" + good};
  const RawServer::Answer fact{"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"};
  // Ready, four questions for facts, then trouble.
  const RawServer server(
      {well, fact, fact, fact, fact, {"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"}});
  const auto workload = make_openai(asking(server.url()), kClock).value();
  REQUIRE(workload->prepare());
  std::vector<std::string> notes;
  for (int i = 0; i < 30 && notes.empty(); ++i) {
    static_cast<void>(workload->run_slice());
    notes = workload->take_notes();
  }
  REQUIRE(notes.size() == 1);
  const json requests = json::parse(notes[0])["requests"];
  CHECK(requests["failed"]["server-error"] >= 1);
  CHECK(requests["first"]["class"] == "server-error");
}

TEST_CASE("openai_workload: what the command line cannot mean is refused") {
  const std::string url = "--url http://127.0.0.1:1 ";
  CHECK(refused(url).empty());
  CHECK(refused("--url nonsense").find("is no address") != std::string::npos);
  for (const char* wrong :
       {"--api soap", "--first-token any", "--timeout soon", "--arrivals poisson --rate 0",
        "--arrivals sometimes", "--arrivals ramp --rate 2", "--arrivals poisson --duty 60s",
        "--prompts poems", "--prompt-lengths /no/such", "--prompt-words 5 --prompt-lengths /no/such",
        "--start x --model-file m", "--start={model_file}", "--start=podman --start=compose", "--client moon", "--language fr", "--prompt-words many", "--prompt-words 5..2",
        "--slo speed=5s", "--slo ttft", "--streams 0", "--streams 9999", "--answer-tokens 0",
        "--token-env SOAKRIG_NO_SUCH_VARIABLE", "--prompt-file /no/such", "--trace /no/such"}) {
    INFO(wrong);
    CHECK_FALSE(refused(url + wrong).empty());
  }
}

TEST_CASE("openai_workload: files of prompts, arrivals and keys are read") {
  const test::TempDir folder;
  const auto file = [&](const char* name, const std::string& text) {
    folder.write(name, text);
    return folder.file(name);
  };
  const std::string url = "--url http://127.0.0.1:1 ";
  CHECK(refused(url + "--prompt-file " + file("p", "{\"prompt\":\"a\"}\n")).empty());
  CHECK(refused(url + "--trace " + file("t", "0\n1\n")).empty());
  CHECK(refused(url + "--prompt-lengths " + file("l", "10\n200\n")).empty());
  CHECK(refused(url + "--start=x --start={model_file} --model-file m --client rig").empty());
  CHECK(refused(url + "--prompt-lengths " + file("v", "10\n0\n")).find(":2:") != std::string::npos);
  CHECK(refused(url + "--token-file " + file("k", "sesame\n")).empty());
  CHECK(refused(url + "--token-file " + file("b", "open sesame\n")).find("strange") !=
        std::string::npos);
  CHECK(refused(url + "--trace " + file("w", "0\nx\n")).find(":2:") != std::string::npos);
}
