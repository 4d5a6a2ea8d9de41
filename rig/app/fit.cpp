// SPDX-License-Identifier: Apache-2.0
//
// soakrig fit: whether a model fits a board's memory, and the speed that its bandwidth allows.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "rig/app/command_line.hpp"
#include "rig/base/quantity.hpp"
#include "workloads/model/fit.hpp"
#include "workloads/model/fit_file.hpp"
#include "workloads/model/gguf.hpp"

namespace soakrig::app {

namespace {

using workloads::FitAnswer;
using workloads::FitQuestion;

struct Wanted {
  std::string model, quant, kv = "f16", engine = "other";
  std::string memory, reserve = "512MiB", gpu_memory;
  std::optional<std::size_t> context;
  std::size_t streams = 1, gpu_layers = 0;
  double bandwidth = 0, gpu_bandwidth = 0;  // GB/s
  bool as_json = false;
};

int fail(const Error& error) {
  std::fprintf(stderr, "soakrig: %s\n", error.message().c_str());
  return 4;
}

Result<std::uint64_t> bytes_of(const std::string& option, const std::string& text) {
  const auto bytes = parse_bytes(text);
  if (!bytes) {
    Error error = bytes.error();
    error.what = option + ": " + error.what;
    return error;
  }
  return static_cast<std::uint64_t>(*bytes);
}

// A shape by name, or the dimensions and the formats of a file.
Result<void> look_up_model(const Wanted& w, FitQuestion& q, std::string& formats) {
  if (w.model.ends_with(".gguf")) {
    const auto file = workloads::read_fit_file(w.model);
    if (!file) return file.error();
    q.shape = file->shape;
    q.format = file->format;
    formats = file->formats;
    if (w.quant.empty()) return {};
  } else {
    const auto shape = workloads::find_shape(w.model);
    if (!shape) return shape.error();
    q.shape = *shape;
  }
  const auto format = workloads::find_fit_format(w.quant.empty() ? "q4_0" : w.quant);
  if (!format) return format.error();
  q.format = *format;
  formats = format->name;
  return {};
}

// soakrig's own model runs fewer files than can be sized.
Result<void> check_runs(const Wanted& w) {
  if (!w.model.ends_with(".gguf") || !w.quant.empty()) return {};
  const auto file = workloads::GgufFile::open(w.model);
  return file ? Result<void>() : Result<void>(file.error());
}

Result<FitQuestion> question_of(const Wanted& w, std::string& formats) {
  FitQuestion q;
  if (const auto done = look_up_model(w, q, formats); !done) return done.error();
  const auto engine = workloads::parse_fit_engine(w.engine);
  if (!engine) return engine.error();
  q.engine = *engine;
  if (q.engine == workloads::FitEngine::soakrig) {
    if (const auto runs = check_runs(w); !runs) return runs.error();
  }
  const auto kv = workloads::kv_value_bytes(w.kv);
  if (!kv) return kv.error();
  q.kv_bytes = *kv;
  constexpr std::size_t kMost = std::size_t{1} << 24;
  const std::size_t context = w.context.value_or(1);
  if (context < 1 || context > kMost || w.streams < 1 || w.streams > kMost) {
    return Error{Errc::invalid, "--context and --streams must be from 1 to 16777216", ""};
  }
  q.context = context;
  q.streams = w.streams;
  q.gpu_layers = w.gpu_layers;
  q.memory = workloads::available_memory();
  if (!w.memory.empty()) {
    const auto memory = bytes_of("--memory", w.memory);
    if (!memory) return memory.error();
    q.memory = *memory;
  }
  const auto reserve = bytes_of("--reserve", w.reserve);
  if (!reserve) return reserve.error();
  q.reserve = *reserve;
  if (!w.gpu_memory.empty()) {
    const auto memory = bytes_of("--gpu-memory", w.gpu_memory);
    if (!memory) return memory.error();
    q.gpu_memory = *memory;
  }
  if (w.bandwidth < 0 || w.gpu_bandwidth < 0) {
    return Error{Errc::invalid, "a bandwidth is below zero", "give it in GB/s"};
  }
  if (w.bandwidth > 0) q.bandwidth = w.bandwidth * 1e9;
  if (w.gpu_bandwidth > 0) q.gpu_bandwidth = w.gpu_bandwidth * 1e9;
  // Not asked for one: the largest that fits. Where none does, one token shows by how much.
  if (!w.context) q.context = std::max<std::size_t>(1, workloads::fit(q).largest_context);
  return q;
}

nlohmann::json json_of(const Wanted& w, const std::string& formats, const FitQuestion& q,
                       const FitAnswer& a) {
  const auto or_null = [](auto value) { return value ? nlohmann::json(*value) : nlohmann::json(); };
  return {{"model", w.model},
          {"format", formats},
          {"engine", w.engine},
          {"context", q.context},
          {"streams", q.streams},
          {"weights_bytes", a.weights},
          {"kv_bytes", a.kv},
          {"buffers_bytes", a.buffers},
          {"repacked_bytes", a.repacked},
          {"reserve_bytes", q.reserve},
          {"host_bytes", a.host},
          {"gpu_bytes", a.gpu},
          {"memory_bytes", q.memory},
          {"gpu_memory_bytes", q.gpu_memory},
          {"fits", a.fits},
          {"largest_context", a.largest_context},
          {"ceiling_tokens_per_s", or_null(a.ceiling)}};
}

void print(const Wanted& w, const std::string& formats, const FitQuestion& q, const FitAnswer& a) {
  const auto line = [](const char* what, double bytes, const std::string& note = "") {
    fmt::print("  {:<12} {:>9.0f} MB  {}\n", what, bytes * 1e-6, note);
  };
  fmt::print("{} in {}, {} stream{} of {} tokens, cache in {}\n", w.model, formats, q.streams,
             q.streams == 1 ? "" : "s", q.context, w.kv);
  line("weights", a.weights);
  line("cache", a.kv);
  line("buffers", a.buffers);
  if (a.repacked > 0) line("repacked", a.repacked, "the engine's second copy for the CPU");
  line("reserve", static_cast<double>(q.reserve), "for everything else");
  line("on the host", a.host + static_cast<double>(q.reserve),
       fmt::format("of {:.0f} MB", static_cast<double>(q.memory) * 1e-6));
  if (a.gpu > 0) {
    line("on the GPU", a.gpu,
         fmt::format("of {:.0f} MB", static_cast<double>(q.gpu_memory) * 1e-6));
  }
  fmt::print("{}; the largest context that fits is {} of {} tokens\n",
             a.fits ? "it fits" : "it does not fit", a.largest_context, q.shape.context);
  if (a.ceiling) {
    fmt::print("at most {:.1f} tokens/s: each step reads all weights and the cache once\n",
               *a.ceiling);
  }
}

}  // namespace

int command_fit(std::span<const std::string> args) {
  CLI::App parser("Says whether a model fits, by weights, cache, buffers and reserve", "fit");
  Wanted w;
  parser.add_option("MODEL", w.model, "a shape (soakrig-work shapes) or a .gguf file")->required();
  parser.add_option("--quant", w.quant,
                    "q4_0, q4_k_m, q8_0, fp16, awq4-g128, awq3-g64, gptq3-g128 …");
  parser.add_option("--context", w.context,
                    "tokens of each stream; default: the largest that fits");
  parser.add_option("--streams", w.streams, "at the same time");
  parser.add_option("--kv", w.kv, "cache in f32, f16, bf16, q8_0 or q4_0");
  parser.add_option("--engine", w.engine, "soakrig, llama.cpp or other: what it allocates besides");
  parser.add_option("--memory", w.memory, "of the board, e.g. 8GB; default: what is free here");
  parser.add_option("--reserve", w.reserve, "of it for everything else");
  parser.add_option("--bandwidth", w.bandwidth, "of the memory, GB/s, for the ceiling");
  parser.add_option("--gpu-layers", w.gpu_layers, "layers on a GPU with memory of its own");
  parser.add_option("--gpu-memory", w.gpu_memory, "e.g. 6GB");
  parser.add_option("--gpu-bandwidth", w.gpu_bandwidth, "GB/s");
  parser.add_flag("--json", w.as_json, "as JSON");
  if (const auto code = parse_command_line(parser, args)) return *code;
  std::string formats;
  const auto question = question_of(w, formats);
  if (!question) return fail(question.error());
  const FitAnswer answer = workloads::fit(*question);
  if (w.as_json) {
    fmt::print("{}\n", json_of(w, formats, *question, answer).dump(2));
  } else {
    print(w, formats, *question, answer);
  }
  return answer.fits ? 0 : 1;
}

}  // namespace soakrig::app
