// SPDX-License-Identifier: Apache-2.0
//
// soakrig model synth: model files with made-up weights, for engines that want a file.
#include <cstdio>
#include <string>

#include "rig/app/command_line.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/result.hpp"
#include "workloads/model/gguf_write.hpp"
#include "workloads/model/onnx_write.hpp"

namespace soakrig::app {

namespace {

struct Wanted {
  bool gguf = false;
  bool onnx = false;
  bool decided = false;  // gguf
  std::string output;
  std::uint64_t seed = 1;
  std::string shape = "tinyllama-1.1b";  // gguf
  std::string quant = "q4_0";
  std::string op = "gemm";  // onnx
  std::string precision = "fp32";
  workloads::OnnxModel model;
};

int fail(const Error& error) {
  std::fprintf(stderr, "soakrig: %s\n", error.message().c_str());
  return error.code == Errc::io || error.code == Errc::full ? 2 : 4;
}

int synth_gguf(const Wanted& wanted) {
  const auto shape = workloads::find_shape(wanted.shape);
  if (!shape) return fail(shape.error());
  const auto quant = workloads::parse_gguf_quant(wanted.quant);
  if (!quant) return fail(quant.error());
  const workloads::GgufModelSpec model{
      *shape, *quant, wanted.seed,
      wanted.decided ? workloads::GgufWeights::decided : workloads::GgufWeights::noise};
  const auto written = workloads::write_gguf(wanted.output, model);
  if (!written) return fail(written.error());
  std::printf("%s: %s in %s, %.1f MB, made-up weights\n", wanted.output.c_str(),
              wanted.shape.c_str(), wanted.quant.c_str(),
              static_cast<double>(workloads::gguf_file_bytes(model)) * 1e-6);
  return 0;
}

int synth_onnx(Wanted wanted) {
  const auto op = workloads::parse_onnx_op(wanted.op);
  if (!op) return fail(op.error());
  const auto precision = workloads::parse_onnx_precision(wanted.precision);
  if (!precision) return fail(precision.error());
  wanted.model.op = *op;
  wanted.model.precision = *precision;
  const auto bytes = workloads::make_onnx(wanted.model, wanted.seed);
  if (!bytes) return fail(bytes.error());
  if (const auto done = write_file_atomic(wanted.output, *bytes); !done) return fail(done.error());
  std::printf("%s: %zu x %s in %s, %s, %.0f operations an inference\n", wanted.output.c_str(),
              wanted.model.layers, wanted.op.c_str(), wanted.precision.c_str(),
              wanted.model.sparse ? "2:4 sparse" : "dense",
              workloads::onnx_operations(wanted.model));
  return 0;
}

}  // namespace

int command_model(std::span<const std::string> args) {
  CLI::App parser("Makes model files with made-up weights", "model");
  parser.require_subcommand(1);
  CLI::App* synth = parser.add_subcommand("synth", "write a GGUF or an ONNX file");
  Wanted w;
  synth->add_flag("--gguf", w.gguf, "a language model for llama.cpp and what else reads GGUF");
  synth->add_flag("--onnx", w.onnx, "a chain of products or convolutions of known operations");
  synth->add_option("-o,--output", w.output, "the file to write")->required();
  synth->add_option("--seed", w.seed, "of the weights");
  synth->add_option("--shape", w.shape, "gguf: dimensions of a known model (soakrig-work shapes)");
  synth->add_option("--quant", w.quant, "gguf: q4_0, q8_0 or f16");
  synth->add_flag("--decided", w.decided,
                  "gguf: a model that is sure of its next token, the same in each --quant");
  synth->add_option("--op", w.op, "onnx: gemm or conv");
  synth->add_option("--precision", w.precision, "onnx: fp32, fp16 or int8 (QDQ)");
  synth->add_flag("--sparse", w.model.sparse, "onnx: two of four weights are zero");
  synth->add_option("--batch", w.model.batch, "onnx: rows, or images");
  synth->add_option("--size", w.model.size, "onnx: columns and depth, or channels");
  synth->add_option("--side", w.model.side, "onnx: height and width of an image");
  synth->add_option("--layers", w.model.layers, "onnx: length of the chain");
  if (const auto code = parse_command_line(parser, args)) return *code;
  if (w.gguf == w.onnx) {
    return fail({Errc::invalid, "model synth makes one kind of file", "say --gguf or --onnx"});
  }
  return w.gguf ? synth_gguf(w) : synth_onnx(w);
}

}  // namespace soakrig::app
