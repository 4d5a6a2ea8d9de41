// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/workload_kinds.hpp"

#include <algorithm>
#include <charconv>

#include "rig/base/quantity.hpp"

namespace soakrig::plan {

namespace {

const std::vector<std::string> kInjections = {
    "crash", "hang", "garbage", "silent", "endless-line", "exit", "leak", "error", "error-small"};

bool exit_code_ok(std::string_view code) {
  int number = -1;
  const auto [end, failed] = std::from_chars(code.data(), code.data() + code.size(), number);
  return failed == std::errc{} && end == code.data() + code.size() && number >= 0 && number <= 255;
}

// KIND@AFTER, of which only exit takes a code: "exit:3@10s".
void check_injection(const std::string& text, const Value& at, const std::string& where,
                     Faults& faults) {
  const std::size_t mark = text.find('@');
  const std::string head = text.substr(0, mark);
  const std::size_t colon = head.find(':');
  const std::string kind = head.substr(0, colon);
  if (std::ranges::find(kInjections, kind) == kInjections.end()) {
    faults.add(at, where + " inject: no trouble is called '" + shown(kind) + "'",
               suggestion(kind, kInjections, "there are"));
    return;
  }
  const bool has_code = colon != std::string::npos;
  if (has_code != (kind == "exit") || (has_code && !exit_code_ok(head.substr(colon + 1)))) {
    faults.add(at, where + " inject: '" + shown(text) + "' has the wrong form",
               "exit takes a code from 0 to 255 (\"exit:3@10s\"), the others take none");
  }
  if (mark == std::string::npos || !parse_duration(text.substr(mark + 1))) {
    faults.add(at, where + " inject: '" + shown(text) + "' does not say when",
               "write KIND@AFTER, such as \"crash@10s\"");
  }
}

void fill_llm(const TableReader& table, WorkloadSpec& spec, Build& build) {
  const std::string shape = table.text("shape").value_or("auto");
  const std::string format = table.text("format").value_or("q8_0");
  spec.argv = {"soakrig-work", "llm", "--shape", shape, "--format", format};
  const auto pass = [&](const char* flag, std::int64_t number) {
    spec.argv.insert(spec.argv.end(), {flag, std::to_string(number)});
  };
  if (const auto threads = table.integer("threads")) pass("--threads", *threads);
  pass("--prompt-tokens", table.integer("prompt_tokens").value_or(64));
  pass("--answer-tokens", table.integer("answer_tokens").value_or(64));
  pass("--seed", table.integer("seed").value_or(static_cast<std::int64_t>(build.spec.seed)));
  pass("--check-every", table.integer("check_every").value_or(16));
  if (const auto pause = table.duration("pause"); pause.value_or(0) > 0) {
    spec.argv.insert(spec.argv.end(), {"--pause", *table.text("pause")});
  }
  for (const std::string& trouble : table.texts("inject")) {
    check_injection(trouble, table.place("inject"), table.where(), build.faults);
    spec.argv.insert(spec.argv.end(), {"--inject", trouble});
  }
  if (!shape.empty() && shape.front() == '-') {
    build.faults.add(table.place("shape"),
                     table.where() + " shape '" + shown(shape) + "' is no name",
                     "see soakrig-work shapes for those there are");
  }
  spec.precision = format == "q4_0" ? "int4" : "int8";
  // The workload chooses an "auto" shape on the board, and says which in its ready line.
  spec.model = shape == "auto" ? "" : shape;
}

void fill_program(const TableReader& table, WorkloadSpec& spec, Build& build) {
  spec.argv = table.texts("argv");
  if (!spec.argv.empty() && spec.argv[0].find('/') != std::string::npos) {
    spec.argv[0] = resolve_path(build.folder, spec.argv[0]);
  }
  spec.work = table.text("work").value_or("");
  spec.unit = table.text("unit").value_or(
      spec.work == "tokens" || spec.work == "prompt_tokens" ? "{token}" : "{" + spec.work + "}");
  spec.device = table.text("device").value_or("cpu");
  spec.precision = table.text("precision").value_or("");
  spec.model = table.text("model").value_or("");
}

constexpr WorkloadKind kKinds[] = {
    {"llm", "workload:llm", "soakrig's own decoder-only transformer on the CPU", fill_llm},
    {"program", "workload:program", "any program that speaks the workload protocol", fill_program},
};

constexpr std::string_view kFuture[] = {"cycle",  "engine", "frames", "gemm",
                                        "hybrid", "memory", "mix",    "openai"};

}  // namespace

std::span<const WorkloadKind> workload_kinds() { return kKinds; }

const WorkloadKind* find_workload_kind(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name, &WorkloadKind::name);
  return found == std::end(kKinds) ? nullptr : &*found;
}

bool is_future_kind(std::string_view name) {
  return std::ranges::find(kFuture, name) != std::end(kFuture);
}

}  // namespace soakrig::plan
