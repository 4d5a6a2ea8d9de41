// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/workload_kinds.hpp"

#include <algorithm>

#include "rig/plan/cpu_kinds.hpp"
#include "rig/plan/cycle_kind.hpp"
#include "rig/plan/engine_kind.hpp"
#include "rig/plan/frames_kind.hpp"
#include "rig/plan/hybrid_kind.hpp"
#include "rig/plan/openai_kind.hpp"
#include "rig/plan/quality_kind.hpp"

namespace soakrig::plan {

namespace {

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
    {"cycle", "workload:cycle", "updates and power cycles, with faults", fill_cycle},
    {"engine", "workload:engine", "any program, read by its engine file", fill_engine},
    {"frames", "workload:frames", "streams at a fixed frame rate, as cameras give them",
     fill_frames},
    {"gemm", "workload:gemm", "matrix products on the CPU", fill_gemm},
    {"hybrid", "workload:hybrid", "requests routed between the edge and a cloud", fill_hybrid},
    {"llm", "workload:llm", "soakrig's own decoder-only transformer on the CPU", fill_llm},
    {"memory", "workload:memory", "STREAM's loops in a level of the memory", fill_memory},
    {"mix", "workload:mix", "products and memory traffic on shares of the cores", fill_mix},
    {"openai", "workload:openai", "an inference engine asked over HTTP", fill_openai},
    {"program", "workload:program", "any program that speaks the workload protocol", fill_program},
    {"quality", "workload:quality", "an engine's distance from a reference, as a series",
     fill_quality},
};

}  // namespace

std::span<const WorkloadKind> workload_kinds() { return kKinds; }

const WorkloadKind* find_workload_kind(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name, &WorkloadKind::name);
  return found == std::end(kKinds) ? nullptr : &*found;
}

}  // namespace soakrig::plan
