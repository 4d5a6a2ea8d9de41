// SPDX-License-Identifier: Apache-2.0
//
// The engine files that come with soakrig, each against recorded output of its program.
#include "workloads/exec/engine_library.hpp"

#include <algorithm>
#include <set>

#include "rig/base/fd.hpp"
#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temp_dir.hpp"
#include "workloads/exec/engine_output.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

struct Expected {
  const char* engine;
  const char* fixture;
  std::map<std::string, std::pair<double, double>> work;  // amount, seconds; 0 = by the clock
  std::map<std::string, double> gauges;
  int failed = 0;         // comparisons that say no
  const char* note = "";  // what the only note says
};

const std::vector<Expected>& expectations() {
  static const std::vector<Expected> all{
      {"stress-ng", "stress-ng-0.15.06", {{"bogo_ops", {1.0, 1.0}}}, {}},
      {"stress-ng", "stress-ng-0.22", {{"bogo_ops", {3200, 10}}}, {}},
      {"stress-ng", "stress-ng-brief", {{"bogo_ops", {1096786, 20.02}}}, {}},
      {"stress-ng", "stress-ng-failed", {{"bogo_ops", {900, 10}}}, {}, 1},
      {"stressapptest", "stressapptest-1.0.6", {{"bytes", {1.0, 1.0}}}, {}},
      {"stressapptest", "stressapptest-errors", {{"bytes", {81920.0 * 1048576, 20}}}, {}, 2},
      {"fio", "fio-3.33", {{"read_bytes", {1.0, 1.0}}, {"write_bytes", {1.0, 1.0}}}, {}},
      {"iperf3", "iperf3-3.12", {{"bytes", {1.0, 1.0}}}, {}},
      {"iperf3", "iperf3-refused", {}, {}},
      {"clpeak", "clpeak-1.1.2", {{"runs", {1, 0}}}, {}},
      {"llama-bench",
       "llama-bench-2025",
       {{"tokens", {256, 1.954850438}}, {"prompt_tokens", {1024, 4}}},
       {},
       0,
       "the whole model"},
      {"llama-bench", "llama-bench-2026", {{"tokens", {128, 3.2}}}, {}, 0, "all but 20 of 33"},
      {"llama-bench", "llama-bench-refused", {}, {}, 0, "newarch"},
      {"llama-batched-bench",
       "llama-batched-bench-2026",
       {{"tokens", {256, 4}}, {"prompt_tokens", {256, 0.5}}},
       {{"sequences", 2}}},
      {"llama-batched-bench",
       "llama-batched-bench-11669",
       {{"tokens", {16, 0.168596}}, {"prompt_tokens", {32, 0.093358}}},
       {{"sequences", 2}},
       0,
       "the whole model"},
      {"llama-batched-bench",
       "llama-batched-bench-shared",
       {{"tokens", {32, 0.003711}}},
       {{"sequences", 4}},
       0,
       "the whole model"},
      {"llama-perplexity",
       "llama-perplexity-11669",
       {{"runs", {1, 0}}},
       {{"mean_kld", 0.000969}, {"perplexity", 136226.600834}},
       0,
       "the whole model"},
      {"llama-perplexity",
       "llama-perplexity-2025",
       {{"runs", {1, 0}}},
       {{"mean_kld", 0.031273}, {"perplexity", 6.407115}}},
      {"llama-perplexity",
       "llama-perplexity-far",
       {{"runs", {1, 0}}},
       {{"mean_kld", 0.120107}, {"perplexity", 130010.246497}},
       2,
       "the whole model"},
      {"llama-perplexity", "llama-perplexity-refused", {}, {}, 0, "lxama"},
      {"ollama",
       "ollama-2025",
       {{"tokens", {18, 0.052479709}}, {"prompt_tokens", {11, 0.013074791}}},
       {{"load_ms", 101.397084}}},
      {"ollama", "ollama-2026-cached", {{"tokens", {18, 0.052479709}}}, {}},
      {"trtexec",
       "trtexec-8",
       {{"inferences", {234.19 * 3.00834, 3.00834}}},
       {{"latency_mean_ms", 4.29966}, {"latency_p99_ms", 4.32874}, {"gpu_compute_mean_ms", 4.26}},
       0,
       "conv_12 + relu"},
      {"trtexec", "trtexec-11", {{"inferences", {1000, 2}}}, {}, 0, "/model.24/Slice_1"},
      {"trtexec", "trtexec-refused", {}, {}, 0, "Mish"},
      {"benchmark_app",
       "benchmark_app-2024",
       {{"inferences", {5340, 60.0431}}},
       {{"latency_median_ms", 11.21}, {"latency_average_ms", 11.23}, {"first_inference_ms", 7.05}}},
      {"benchmark_app",
       "benchmark_app-multi",
       {{"inferences", {100, 1}}},
       {{"first_inference_ms", 9}}},
      {"benchmark_app",
       "benchmark_app-percentile",
       {{"inferences", {2000, 20.01}}},
       {{"latency_average_ms", 10.01}, {"first_inference_ms", 6.5}, {"latency_p95_ms", 11.9}}},
      {"onnxruntime_perf_test",
       "onnxruntime_perf_test-2025",
       {{"inferences", {1000, 9.8}}},
       {{"latency_p50_s", 0.0097}, {"latency_p99_s", 0.011}, {"peak_bytes", 123456}}},
      {"onnxruntime_perf_test",
       "onnxruntime_perf_test-2019",
       {{"inferences", {100, 2}}},
       {{"latency_p50_s", 0.019}, {"latency_p99_s", 0.021}},
       0,
       "Some nodes"},
      {"rkllm",
       "rkllm-1.1",
       {{"tokens", {80, 10}}, {"prompt_tokens", {100, 0.5}}},
       {{"load_ms", 189073.94}, {"peak_bytes", 3.5e9}}},
      {"rkllm",
       "rkllm-1.2",
       {{"tokens", {102, 12.41947}}, {"prompt_tokens", {321, 2.20145}}},
       {{"load_ms", 3361.48}, {"peak_bytes", 6.19e9}}},
      {"rkllm",
       "rkllm-1.3",
       {{"tokens", {100, 5.99161}}, {"prompt_tokens", {128, 0.378}}},
       {{"peak_bytes", 1689e6}}},
  };
  return all;
}

// Figures that were measured where the fixture was recorded are only known to be there.
constexpr std::string_view kMeasured[] = {"stress-ng-0.15.06", "stressapptest-1.0.6", "fio-3.33",
                                          "iperf3-3.12", "clpeak-1.1.2"};

Found read_fixture(const EngineFile& file, const std::string& fixture) {
  const auto text =
      read_file(test::source_dir() + "/tests/fixtures/engines/" + fixture + ".txt", 1 << 20);
  REQUIRE(text.has_value());
  EngineOutput output(file, file.options);
  Nanos age = 0;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    output.line(text->substr(at, end - at), true, age += kMillisecond);
    at = end + 1;
  }
  output.end(age);
  return output.take();
}

}  // namespace

TEST_CASE("every engine file that comes with soakrig is valid, and named as its file") {
  const auto names = engine_names();
  const std::vector<std::string> promised{
      "benchmark_app", "clpeak", "fio", "iperf3", "llama-batched-bench", "llama-bench",
      "llama-perplexity", "ollama", "onnxruntime_perf_test", "rkllm", "stress-ng",
      "stressapptest", "trtexec"};
  CHECK(std::ranges::is_sorted(names));
  CHECK(std::ranges::includes(names, promised));
  std::set<std::string> recorded;
  for (const Expected& e : expectations()) recorded.insert(e.engine);
  for (const std::string& name : names) {
    INFO(name);
    const auto engine = load_engine(name);
    if (!engine) FAIL(engine.error().message());
    CHECK(engine->name == name);
    CHECK(recorded.count(name) == 1);
  }
}

TEST_CASE("recorded output of each engine becomes the figures that it says") {
  for (const Expected& expected : expectations()) {
    INFO(expected.fixture);
    const auto engine = load_engine(expected.engine);
    REQUIRE(engine.has_value());
    const Found found = read_fixture(*engine, expected.fixture);
    std::map<std::string, std::pair<double, double>> work;
    for (const Found::Work& each : found.work) {
      work[each.name].first += each.amount;
      work[each.name].second += each.seconds;
    }
    CHECK(work.size() == expected.work.size());
    const bool measured = std::ranges::find(kMeasured, expected.fixture) != std::end(kMeasured);
    for (const auto& [name, figures] : expected.work) {
      INFO(name);
      REQUIRE(work.count(name) == 1);
      if (measured) {
        CHECK(work[name].first > 0);
        continue;
      }
      CHECK(work[name].first == Approx(figures.first));
      if (figures.second > 0) CHECK(work[name].second == Approx(figures.second));
    }
    if (!measured) CHECK(found.gauges.size() == expected.gauges.size());
    for (const auto& [name, value] : expected.gauges) {
      INFO(name);
      REQUIRE(found.gauges.count(name) == 1);
      CHECK(found.gauges.at(name) == Approx(value));
    }
    CHECK(std::ranges::count(found.checks, false, &Verification::ok) == expected.failed);
    if (*expected.note == '\0') {
      CHECK(found.notes.empty());
    } else {
      REQUIRE(found.notes.size() == 1);
      CHECK(found.notes[0].find(expected.note) != std::string::npos);
    }
  }
}

TEST_CASE("a device other than the one asked for is a fallback") {
  const auto engine = load_engine("benchmark_app");
  REQUIRE(engine.has_value());
  auto options = options_for(*engine, {"model=m", "device=GPU"});
  REQUIRE(options.has_value());
  EngineOutput output(*engine, *options);
  output.line("[ INFO ] Execution Devices: [ CPU ]", true, 1);
  const Found found = output.take();
  REQUIRE(found.notes.size() == 1);
  const auto body = nlohmann::json::parse(found.notes[0]).at("fallback");
  CHECK(body.at("asked") == "GPU");
  CHECK(body.at("ran_on") == "CPU");
}

TEST_CASE("what stress-ng's exit codes mean") {
  const auto engine = load_engine("stress-ng");
  REQUIRE(engine.has_value());
  CHECK(engine->ok == std::vector<int>{0});
  for (const int skipped : {3, 4}) CHECK(engine->skip.count(skipped) == 1);
  for (const int failed : {2, 5}) CHECK(engine->fail.count(failed) == 1);
}

TEST_CASE("an engine is found by path, and an unknown name is answered with the nearest") {
  const test::TempDir folder;
  folder.write("mine.toml",
               "engine = \"mine\"\nsummary = \"s\"\nargv = [\"true\"]\n[[work]]\nname = "
               "\"n\"\nline = 'x'\n");
  const auto mine = load_engine(folder.file("mine.toml"));
  REQUIRE(mine.has_value());
  CHECK(mine->name == "mine");
  const auto near = load_engine("stres-ng");
  REQUIRE_FALSE(near.has_value());
  CHECK(near.error().remedy == "did you mean 'stress-ng'?");
  CHECK_FALSE(load_engine("").has_value());
  CHECK_FALSE(load_engine("../engines/fio").has_value());
  CHECK_FALSE(load_engine(folder.file("none.toml")).has_value());
}

TEST_CASE("an option's default may be the number of cores") {
  const auto engine = load_engine("llama-bench");
  REQUIRE(engine.has_value());
  const auto options = options_for(*engine, {"model=m.gguf"});
  REQUIRE(options.has_value());
  CHECK(options->at("threads") == options->at("cores"));
  CHECK(std::stoi(options->at("cores")) > 0);
}

TEST_CASE("the example of the how-to is an engine file as it stands") {
  const auto page = read_file(test::source_dir() + "/docs/howto/add_an_engine.md");
  REQUIRE(page.has_value());
  const auto begin = page->find("```toml\n") + 8;
  const auto engine = parse_engine_file(page->substr(begin, page->find("```", begin) - begin), "p");
  if (!engine) FAIL(engine.error().message());
  CHECK(engine->rules.front().line->find("done 1200 frames in 30.02 s on npu0"));
}
