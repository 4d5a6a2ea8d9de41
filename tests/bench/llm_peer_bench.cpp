// SPDX-License-Identifier: Apache-2.0
//
// Reading a prompt of 512 tokens and decoding 128, at the tinyllama-1.1b shape, against llama-bench
// on the same file, with the same threads, in turn. llama-bench is found by $SOAKRIG_LLAMA_BIN or
// PATH. $SOAKRIG_BENCH_ROUNDS (default 5) pairs; a whole run takes a quarter of an hour.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/bench_row.hpp"
#include "tests/bench/pairs.hpp"
#include "workloads/model/gguf.hpp"
#include "workloads/model/gguf_write.hpp"
#include "workloads/model/known_answer.hpp"
#include "workloads/model/transformer.hpp"

namespace {

using namespace soakrig::bench;
using namespace soakrig::workloads;

constexpr std::size_t kPrompt = 512;
constexpr std::size_t kAnswer = 128;

int rounds() {
  const char* text = std::getenv("SOAKRIG_BENCH_ROUNDS");
  const int n = text != nullptr ? std::atoi(text) : 5;
  return n >= 1 && n <= 99 ? n : 5;
}

std::string llama_bench() {
  const char* folder = std::getenv("SOAKRIG_LLAMA_BIN");
  return folder != nullptr ? std::string(folder) + "/llama-bench" : "llama-bench";
}

// Tokens a second by llama-bench; 0 where it cannot be had.
double peer_rate(const std::string& model, std::size_t threads, bool prefill) {
  const std::string command = "'" + llama_bench() + "' -m '" + model + "' -t " +
                              std::to_string(threads) + " -r 1 -p " +
                              std::to_string(prefill ? kPrompt : 0) + " -n " +
                              std::to_string(prefill ? 0 : kAnswer) + " -o json 2>/dev/null";
  std::string text;
  if (FILE* pipe = ::popen(command.c_str(), "r")) {
    char piece[4096];
    while (const std::size_t n = std::fread(piece, 1, sizeof piece, pipe)) text.append(piece, n);
    ::pclose(pipe);
  }
  const std::string key = "\"avg_ts\":";
  const std::size_t at = text.find(key);
  return at == std::string::npos ? 0 : std::strtod(text.c_str() + at + key.size(), nullptr);
}

double prefill_rate(Transformer& model, const std::vector<std::uint32_t>& prompt) {
  model.reset();
  const double start = now_s();
  for (std::size_t at = 0; at < prompt.size(); at += Transformer::kMaxBatch) {
    const std::size_t count = std::min(Transformer::kMaxBatch, prompt.size() - at);
    model.feed({prompt.data() + at, count});
  }
  return static_cast<double>(prompt.size()) / (now_s() - start);
}

double decode_rate(Transformer& model, std::uint32_t token) {
  model.reset();
  model.feed({&token, 1});
  const double start = now_s();
  for (std::size_t i = 0; i < kAnswer; ++i) {
    token = greedy_token(model.logits());
    model.feed({&token, 1});
  }
  return static_cast<double>(kAnswer) / (now_s() - start);
}

void row(const std::string& name, const Pair& pair, double reach) {
  BenchRow out{.name = name, .value = pair.ours, .unit = "{token}/s"};
  out.reach = Reach{"ratio", ">=", reach};
  if (pair.theirs > 0) {
    out.against = "llama-bench";
    out.against_value = pair.theirs;
  } else {
    out.peer_missing = true;
  }
  print(out);
}

int run() {
  const auto folder = std::filesystem::temp_directory_path() / "soakrig-llm-bench";
  std::filesystem::create_directories(folder);
  const auto shape = find_shape("tinyllama-1.1b");
  if (!shape) return 2;
  for (const auto quant : {GgufQuant::q4_0, GgufQuant::q8_0}) {
    const std::string format = quant == GgufQuant::q4_0 ? "q4_0" : "q8_0";
    const auto name = [&](const char* what, std::size_t threads) {
      return "llm." + std::string(what) + "." + format + ".t" + std::to_string(threads);
    };
    std::vector<std::string> rows;
    for (const std::size_t threads : {std::size_t{1}, std::size_t{2}}) {
      for (const char* what : {"decode", "prefill"}) {
        if (wanted(name(what, threads))) rows.push_back(name(what, threads));
      }
    }
    if (rows.empty()) continue;
    const std::string path = (folder / (format + ".gguf")).string();
    if (const auto made = write_gguf(path, {*shape, quant, 1}); !made) {
      return std::fprintf(stderr, "%s\n", made.error().message().c_str()), 2;
    }
    for (const std::size_t threads : {std::size_t{1}, std::size_t{2}}) {
      ThreadPool pool(threads);
      const auto file = GgufFile::open(path);
      if (!file) return std::fprintf(stderr, "%s\n", file.error().message().c_str()), 2;
      auto weights = Weights::load(*file, pool);
      if (!weights) return std::fprintf(stderr, "no memory\n"), 2;
      auto model = Transformer::make(*weights, *find_kernels(""), pool, kPrompt + kAnswer);
      if (!model) return std::fprintf(stderr, "no memory\n"), 2;
      const auto prompt = make_prompt(*shape, 1, kPrompt);
      if (wanted(name("decode", threads))) {
        row(name("decode", threads),
            interleaved(
                rounds(), [&] { return decode_rate(*model, prompt[0]); },
                [&] { return peer_rate(path, threads, false); }),
            1.3);
      }
      if (wanted(name("prefill", threads))) {
        row(name("prefill", threads),
            interleaved(
                rounds(), [&] { return prefill_rate(*model, prompt); },
                [&] { return peer_rate(path, threads, true); }),
            1.2);
      }
    }
    std::filesystem::remove(path);
  }
  std::filesystem::remove(folder);
  return 0;
}

}  // namespace

int main() { return run(); }
