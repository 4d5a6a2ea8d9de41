// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/cpu_kinds.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "rig/base/quantity.hpp"
#include "rig/plan/kind_flags.hpp"

namespace soakrig::plan {

namespace {

// WORKLOAD[:WHAT]=SHARE: what it names is checked here, so that a night does not start with it.
bool share_ok(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return false;
  const auto share = parse_ratio(text.substr(equals + 1));
  const std::string name = text.substr(0, equals);
  constexpr std::string_view kParts[] = {
      "gemm",       "gemm:fp32",    "gemm:bf16",     "gemm:fp16",   "gemm:int8",
      "memory",     "memory:all",   "memory:read",   "memory:copy", "memory:scale",
      "memory:add", "memory:triad", "memory:latency"};
  return share && *share > 0 && *share <= 1 && std::ranges::find(kParts, name) != std::end(kParts);
}

}  // namespace

void fill_llm(const TableReader& table, WorkloadSpec& spec, Build& build) {
  const std::string shape = table.text("shape").value_or("auto");
  const std::string format = table.text("format").value_or("q8_0");
  const auto model = table.text("model");
  spec.argv = {"soakrig-work", "llm"};
  if (model) {
    pass(spec, "--model", resolve_path(build.folder, *model));
    if (table.text("shape")) {
      build.faults.add(table.place("shape"), table.where() + " has a shape and a model",
                       "leave one out: a model has its own shape");
    }
  } else {
    pass(spec, "--shape", shape);
  }
  pass(spec, "--format", format);
  pass(spec, "--threads", table.integer("threads"));
  pass(spec, "--prompt-tokens", table.integer("prompt_tokens").value_or(64));
  pass(spec, "--answer-tokens", table.integer("answer_tokens").value_or(64));
  pass(spec, "--seed", seed_of(table, build));
  pass(spec, "--check-every", table.integer("check_every").value_or(16));
  pass_common(table, spec, build);
  if (!shape.empty() && shape.front() == '-') {
    build.faults.add(table.place("shape"),
                     table.where() + " shape '" + shown(shape) + "' is no name",
                     "see soakrig-work shapes for those there are");
  }
  spec.precision = format == "q4_0" ? "int4" : "int8";
  // The workload chooses an "auto" shape on the board, and says which in its ready line.
  spec.model = shape == "auto" ? "" : shape;
  if (model) spec.model = std::filesystem::path(*model).stem().string();
}

void fill_gemm(const TableReader& table, WorkloadSpec& spec, Build& build) {
  spec.precision = table.text("precision").value_or("fp32");
  spec.argv = {"soakrig-work", "gemm", "--precision", spec.precision};
  pass(spec, "--size", table.integer("size").value_or(1024));
  pass(spec, "--threads", table.integer("threads"));
  pass(spec, "--seed", seed_of(table, build));
  pass(spec, "--check-every", table.integer("check_every").value_or(1));
  pass_common(table, spec, build);
  spec.work = "ops";
  spec.unit = "{ops}";
}

void fill_memory(const TableReader& table, WorkloadSpec& spec, Build& build) {
  const std::string op = table.text("op").value_or("all");
  spec.argv = {"soakrig-work", "memory", "--op", op};
  if (const auto size = table.text("size")) {
    if (!parse_bytes(*size)) {
      build.faults.add(table.place("size"),
                       table.where() + " size '" + shown(*size) + "' is no size",
                       "write it with its unit, such as \"600MiB\"");
    }
    pass(spec, "--size", *size);
  } else {
    pass(spec, "--level", table.text("level").value_or("dram"));
  }
  pass(spec, "--pages", table.text("pages").value_or("huge"));
  pass(spec, "--threads", table.integer("threads"));
  if (table.boolean("per_core").value_or(false)) spec.argv.emplace_back("--per-core");
  pass_common(table, spec, build);
  spec.work = op == "latency" ? "hops" : "bytes";
  spec.unit = op == "latency" ? "{hops}" : "By";
}

void fill_mix(const TableReader& table, WorkloadSpec& spec, Build& build) {
  spec.argv = {"soakrig-work", "mix"};
  std::vector<std::string> shares = table.texts("shares");
  if (shares.empty()) shares = {"gemm:fp32=50%", "memory:triad=50%"};
  for (const std::string& share : shares) {
    if (!share_ok(share)) {
      build.faults.add(table.place("shares"),
                       table.where() + " shares: '" + shown(share) + "' is none",
                       "write WORKLOAD[:WHAT]=SHARE, such as \"gemm:int8=50%\" or "
                       "\"memory:triad=50%\"");
    }
    pass(spec, "--share", share);
  }
  pass(spec, "--threads", table.integer("threads"));
  pass(spec, "--seed", seed_of(table, build));
  pass_common(table, spec, build);
  // Speed is the first part's.
  spec.work = shares.front().starts_with("gemm") ? "ops" : "bytes";
  spec.unit = spec.work == "ops" ? "{ops}" : "By";
}

}  // namespace soakrig::plan
