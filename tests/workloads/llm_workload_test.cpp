// SPDX-License-Identifier: Apache-2.0
//
// The workload on the smallest shape: options, cycles, accounting, and that a wrong bit is seen.
#include "workloads/llm_workload.hpp"

#include <algorithm>
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/workloads/support/run_cycle.hpp"
#include "workloads/model/gguf_write.hpp"
#include "workloads/model/shape.hpp"
#include "workloads/model/transformer.hpp"
#include "workloads/model/weights.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

LlmOptions small() {
  LlmOptions options;
  options.shape = "stories-15m";
  options.threads = 2;
  options.prompt_tokens = 20;
  options.answer_tokens = 8;
  options.check_every = 4;
  options.self_test = false;
  return options;
}

std::string refused(const LlmOptions& options) {
  const FakeClock clock;
  const auto made = make_llm(options, clock);
  return made ? "" : made.error().message();
}

}  // namespace

TEST_CASE("llm_workload: cycles count prompt and answer apart and check from the second on") {
  FakeClock clock;
  clock.step_per_look(kMillisecond);  // every look at the clock costs a millisecond
  auto made = make_llm(small(), clock);
  REQUIRE(made);
  Workload& llm = **made;
  const auto facts = llm.prepare();
  REQUIRE(facts);
  CHECK(facts->at("shape") == "stories-15m");
  CHECK(facts->at("threads") == "2");
  const Cycle first = run_cycle(llm);
  CHECK(first.work.at("prompt_tokens") == 20);
  CHECK(first.work.at("tokens") == 8);
  CHECK(first.busy > 0);
  CHECK(first.checks.empty());
  REQUIRE(first.notes.size() == 1);
  CHECK(first.notes[0].find("\"golden\"") != std::string::npos);
  const Cycle second = run_cycle(llm);
  CHECK(second.work == first.work);
  REQUIRE(second.checks.size() == 2);
  CHECK((second.checks[0].ok && second.checks[1].ok));
  CHECK(second.notes.empty());
}

TEST_CASE("llm_workload: the committed golden is compared when it prepares") {
  const FakeClock clock;
  LlmOptions options = small();
  options.self_test = true;
  for (const char* format : {"q8_0", "q4_0"}) {
    options.format = format;
    auto llm = make_llm(options, clock);
    REQUIRE((*llm)->prepare());
    const auto checks = (*llm)->verify();
    REQUIRE(checks.size() == 1);
    CHECK(checks[0].ok);
  }
}

TEST_CASE("llm_workload: a wrong bit is seen, also one too small to change a token") {
  const FakeClock clock;
  for (const char* format : {"q8_0", "q4_0"}) {
    for (const auto size : {Corruption::small, Corruption::large}) {
      LlmOptions options = small();
      options.format = format;
      auto llm = make_llm(options, clock);
      REQUIRE((*llm)->prepare());
      static_cast<void>(run_cycle(**llm));
      CHECK((*llm)->corrupt(size));
      bool failed = false;
      bool tokens_changed = false;
      for (const Verification& check : run_cycle(**llm).checks) {
        failed = failed || !check.ok;
        // "answer token N DIGEST:CHECKSUM": the digest is over the tokens alone.
        const auto digest = [](const std::string& text) { return text.substr(0, text.find(':')); };
        tokens_changed = tokens_changed || digest(check.expected) != digest(check.got);
      }
      CHECK(failed);
      CHECK(tokens_changed == (size == Corruption::large));
    }
  }
}

TEST_CASE("llm_workload: a file's weights give the answer that its shape and seed give") {
  // In the file the output rows of special and byte tokens are zero, so the others decide.
  const test::TempDir dir;
  const FakeClock clock;
  for (const auto quant : {GgufQuant::q8_0, GgufQuant::q4_0}) {
    const std::string path = dir.file("model.gguf");
    Shape shape = find_shape("stories-15m").value();
    shape.layers = 2;
    shape.tied = false;  // or the prompt's own tokens would be silent too
    REQUIRE(write_gguf(path, {shape, quant, 3}));
    LlmOptions options = small();
    options.shape = "auto";
    options.model = path;
    options.report_answer = true;
    options.prompt_ids = "1,300,31999";
    auto made = make_llm(options, clock);
    REQUIRE(made);
    const auto facts = (*made)->prepare();
    REQUIRE(facts);
    CHECK(facts->at("prompt_tokens") == "3");
    CHECK(facts->at("model") == "stories-15m with made-up weights, seed 3");
    const Cycle first = run_cycle(**made);
    CHECK(first.work.at("prompt_tokens") == 3);
    REQUIRE(first.notes.size() == 2);
    CHECK(first.notes[0].starts_with("{\"answer\":{\"leads\":["));
    ThreadPool pool(2);
    auto weights = Weights::make(shape, parse_weight_format(facts->at("format")).value(), 3, pool);
    auto model = Transformer::make(*weights, *find_kernels(""), pool, 16);
    const std::vector<std::uint32_t> prompt{1, 300, 31999};
    model->feed(prompt);
    std::string tokens;
    for (int i = 0; i < 8; ++i) {
      const auto spoken = model->logits().subspan(kGgufSilentTokens);
      REQUIRE(*std::ranges::max_element(spoken) > 0);  // more than the silent ones have
      const auto token = greedy_token(spoken) + static_cast<std::uint32_t>(kGgufSilentTokens);
      tokens += (i == 0 ? "" : ",") + std::to_string(token);
      model->feed({&token, 1});
    }
    CHECK(first.notes[0].find("\"tokens\":[" + tokens + "]") != std::string::npos);
  }
}

TEST_CASE("llm_workload: what a file cannot be is refused") {
  const test::TempDir dir;
  const std::string path = dir.file("model.gguf");
  REQUIRE(write_gguf(path, {find_shape("stories-15m").value(), GgufQuant::q8_0, 1}));
  LlmOptions options = small();
  options.model = path;
  CHECK(refused(options).find("exclude each other") != std::string::npos);
  options.shape = "auto";
  CHECK(refused(options).empty());
  options.format = "q4_0";
  CHECK(refused(options).find("is in q8_0") != std::string::npos);
  options.format = "";
  for (const char* wrong : {"1,", ",1", "x", "32000", "-1", "1;2", "99999999999"}) {
    options.prompt_ids = wrong;
    CHECK(refused(options).find("--prompt-ids") != std::string::npos);
  }
  options.prompt_ids = "";
  options.model = dir.file("none.gguf");
  CHECK(refused(options).find("none.gguf") != std::string::npos);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  options.model = path;
  CHECK(refused(options).find("beyond the end") != std::string::npos);
}

TEST_CASE("llm_workload: a golden from an earlier instance is compared in the first cycle") {
  const FakeClock clock;
  LlmOptions options = small();
  options.golden = Checkpoint{1, 2};
  auto llm = make_llm(options, clock);
  REQUIRE((*llm)->prepare());
  const Cycle first = run_cycle(**llm);
  REQUIRE(first.checks.size() == 1);
  CHECK_FALSE(first.checks[0].ok);
}

TEST_CASE("llm_workload: impossible options are refused in one line, before any allocation") {
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos && text.find('\n') == std::string::npos;
  };
  LlmOptions o = small();
  o.shape = "storis-15m";
  CHECK(has(refused(o), "did you mean \"stories-15m\""));
  o = small();
  o.threads = 0;
  CHECK(has(refused(o), "--threads"));
  o = small();
  o.format = "fp4";
  CHECK(has(refused(o), "q8_0 or q4_0"));
  o = small();
  o.prompt_tokens = 250;
  CHECK(has(refused(o), "context of 256"));
  o = small();
  o.answer_tokens = 0;
  CHECK(has(refused(o), "--answer-tokens"));
  o = small();
  o.check_every = -1;
  CHECK(has(refused(o), "--check-every"));
  o = small();
  o.target = "mmx";
  CHECK(has(refused(o), "scalar"));
  o = small();
  o.shape = "llama-3.2-3b";  // 30 GiB of key-value cache
  o.prompt_tokens = 131'000;
  if (available_memory() < (std::uint64_t{30} << 30)) CHECK(has(refused(o), "are available"));
}
