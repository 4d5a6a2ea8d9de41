// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/workload_kinds.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "rig/base/load_shape.hpp"
#include "rig/base/quantity.hpp"
#include "rig/plan/hybrid_kind.hpp"
#include "rig/plan/openai_kind.hpp"
#include "rig/plan/quality_kind.hpp"

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

void pass(WorkloadSpec& spec, const char* flag, const std::string& value) {
  spec.argv.insert(spec.argv.end(), {flag, value});
}

void pass(WorkloadSpec& spec, const char* flag, std::optional<std::int64_t> number) {
  if (number) pass(spec, flag, std::to_string(*number));
}

std::int64_t seed_of(const TableReader& table, const Build& build) {
  return table.integer("seed").value_or(static_cast<std::int64_t>(build.spec.seed));
}

// What loads that cannot be shaped from outside take too.
void pass_cores_and_trouble(const TableReader& table, WorkloadSpec& spec, Build& build) {
  if (const auto cores = table.text("cores")) {
    constexpr std::string_view kKinds[] = {"all", "big", "little", "physical"};
    if (std::ranges::find(kKinds, *cores) == std::end(kKinds) &&
        (cores->empty() || cores->find_first_not_of("0123456789,-") != std::string::npos)) {
      build.faults.add(table.place("cores"),
                       table.where() + " cores: '" + shown(*cores) + "' is no set of cores",
                       "write it like \"0-3,6\", or all, big, little or physical");
    }
    pass(spec, "--cores", *cores);
  }
  for (const std::string& trouble : table.texts("inject")) {
    check_injection(trouble, table.place("inject"), table.where(), build.faults);
    pass(spec, "--inject", trouble);
  }
}

// What every workload of soakrig-work takes.
void pass_common(const TableReader& table, WorkloadSpec& spec, Build& build) {
  if (const auto pause = table.duration("pause"); pause.value_or(0) > 0) {
    pass(spec, "--pause", *table.text("pause"));
  }
  if (const auto load = table.text("load"); load && *load != "constant") {
    const auto shape = LoadShape::parse(*load);
    if (!shape) {
      build.faults.add(table.place("load"), table.where() + " load: " + shape.error().what,
                       shape.error().remedy);
    } else if (shape->longest_idle() >= spec.hang_after) {
      build.faults.add(table.place("load"),
                       table.where() + " load idles for as long as hang_after, " +
                           format_duration(spec.hang_after) + ", and would count as hanging",
                       "raise hang_after or shorten the idle time");
    }
    pass(spec, "--load", *load);
  }
  pass_cores_and_trouble(table, spec, build);
}

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

constexpr std::string_view kCycleFaults[] = {"none",        "kill",      "corrupt",   "power-cut",
                                             "network-cut", "disk-full", "clock-step"};

// Together 100 %, each with what makes it; the workload looks again.
void check_faults(const TableReader& table, const std::vector<std::string>& faults, Build& build) {
  const auto wrong = [&](std::string what, std::string remedy) {
    build.faults.add(table.place("faults"), table.where() + " faults: " + std::move(what),
                     std::move(remedy));
  };
  double sum = 0;
  for (const std::string& text : faults) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const auto share = equals == std::string::npos ? Result<double>(Error{})
                                                   : parse_ratio(text.substr(equals + 1));
    if (std::ranges::find(kCycleFaults, name) == std::end(kCycleFaults) || !share || *share < 0) {
      wrong("'" + shown(text) + "' is none",
            suggestion(name, {std::begin(kCycleFaults), std::end(kCycleFaults)},
                       "write NAME=SHARE, such as kill=20%; there are"));
      continue;
    }
    sum += *share;
    const auto needs = [&](const char* fault, const char* key) {
      if (name != fault || *share <= 0 || table.has(key)) return;
      wrong(std::string(fault) + " has nothing that makes it", "add " + std::string(key));
    };
    needs("network-cut", "network_off");
    needs("disk-full", "disk_fill");
    needs("clock-step", "clock_step");
    needs("corrupt", "payload");
  }
  if (sum < 1 - 1e-6 || sum > 1 + 1e-6) wrong("they are not 100 % together", "correct the shares");
}

void fill_cycle(const TableReader& table, WorkloadSpec& spec, Build& build) {
  spec.argv = {"soakrig-work", "cycle"};
  constexpr std::pair<const char*, const char*> kSteps[] = {
      {"update", "--update"},         {"health", "--health"},
      {"version", "--version-of"},    {"rollback", "--rollback"},
      {"restore", "--restore"},       {"power_off", "--power-off"},
      {"power_on", "--power-on"},     {"network_off", "--network-off"},
      {"network_on", "--network-on"}, {"disk_fill", "--disk-fill"},
      {"disk_free", "--disk-free"},   {"clock_step", "--clock-step"},
      {"clock_back", "--clock-back"}};
  for (const auto& [key, flag] : kSteps) {
    std::vector<std::string> argv = table.texts(key);
    if (!argv.empty() && argv[0].find('/') != std::string::npos) {
      argv[0] = resolve_path(build.folder, argv[0]);
    }
    // With '=', so that a word may begin with '-'.
    for (const std::string& word : argv) spec.argv.push_back(std::string(flag) + "=" + word);
  }
  std::vector<std::string> faults = table.texts("faults");
  if (faults.empty()) faults = {"kill=50%", "none=50%"};
  check_faults(table, faults, build);
  for (const std::string& fault : faults) pass(spec, "--fault", fault);
  if (const auto payload = table.text("payload")) {
    pass(spec, "--payload", resolve_path(build.folder, *payload));
  }
  pass(spec, "--seed", seed_of(table, build));
  pass(spec, "--step-timeout", table.text("step_timeout").value_or("60s"));
  pass(spec, "--settle", table.text("settle").value_or("30s"));
  pass(spec, "--fault-within", table.text("fault_within").value_or("2s"));
  pass(spec, "--fault-lines", table.integer("fault_lines").value_or(0));
  if (const auto pause = table.duration("pause"); pause.value_or(0) > 0) {
    pass(spec, "--pause", *table.text("pause"));
  }
  spec.work = "cycles";
  spec.unit = "{cycle}";
}

std::string unit_of(const std::string& work) {
  if (work == "tokens" || work == "prompt_tokens") return "{token}";
  if (work == "bytes" || work.ends_with("_bytes")) return "By";
  return "{" + work + "}";
}

void fill_engine(const TableReader& table, WorkloadSpec& spec, Build& build) {
  std::string engine = table.text("engine").value_or("");
  if (engine.find('/') != std::string::npos || engine.ends_with(".toml")) {
    engine = resolve_path(build.folder, engine);
  }
  if (engine.starts_with('-')) {
    build.faults.add(table.place("engine"),
                     table.where() + " engine '" + shown(engine) + "' is no name",
                     "see soakrig-work exec --help");
  }
  spec.argv = {"soakrig-work", "exec", engine};
  // With '=', so that a word may begin with '-'.
  if (const auto model = table.text("model")) {
    pass(spec, "--model", resolve_path(build.folder, *model));
    spec.model = std::filesystem::path(*model).stem().string();
  }
  for (const std::string& option : table.texts("set")) {
    const std::size_t equals = option.find('=');
    if (equals == 0 || equals == std::string::npos) {
      build.faults.add(table.place("set"), table.where() + " set: '" + shown(option) + "' is none",
                       "write NAME=VALUE, such as \"seconds=30\"");
    }
    if (option.starts_with("model=") && table.has("model")) {
      build.faults.add(table.place("set"), table.where() + " has a model twice", "leave one out");
    }
    if (option.starts_with("model=")) spec.model = option.substr(6);
    spec.argv.push_back("--set=" + option);
  }
  for (const std::string& arg : table.texts("args")) spec.argv.push_back("--arg=" + arg);
  if (const auto ops = table.number("ops_per_work")) {
    pass(spec, "--ops-per-work", plain(*ops));
  }
  if (const auto density = table.text("density")) pass(spec, "--density", *density);
  if (const auto pause = table.duration("pause"); pause.value_or(0) > 0) {
    pass(spec, "--pause", *table.text("pause"));
  }
  pass_cores_and_trouble(table, spec, build);
  spec.work = table.text("work").value_or("");
  spec.unit = table.text("unit").value_or(unit_of(spec.work));
  spec.device = table.text("device").value_or("cpu");
  spec.precision = table.text("precision").value_or("");
}

bool nice_ok(const std::string& text) {
  int number = -1;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} && end == text.data() + text.size() && number >= 0 && number <= 19;
}

void fill_frames(const TableReader& table, WorkloadSpec& spec, Build& build) {
  const std::int64_t streams = table.integer("streams").value_or(4);
  spec.precision = table.text("precision").value_or("int8");
  spec.argv = {"soakrig-work", "frames"};
  pass(spec, "--streams", streams);
  pass(spec, "--fps", plain(table.number("fps").value_or(30)));
  pass(spec, "--size", table.integer("size").value_or(512));
  pass(spec, "--precision", spec.precision);
  if (table.duration("deadline")) pass(spec, "--deadline", *table.text("deadline"));
  const std::vector<std::string> nice = table.texts("nice");
  if (nice.size() > static_cast<std::size_t>(streams)) {
    build.faults.add(table.place("nice"), table.where() + " nice has more entries than streams",
                     "one for each at most");
  }
  for (const std::string& each : nice) {
    if (!nice_ok(each)) {
      build.faults.add(table.place("nice"), table.where() + " nice: '" + shown(each) + "' is none",
                       "write \"0\" (the most important) to \"19\"");
    }
    pass(spec, "--nice", each);
  }
  for (const std::string& each : table.texts("stall")) {
    const std::size_t mark = each.find('@');
    if (mark == std::string::npos || mark == 0 || !parse_duration(each.substr(mark + 1))) {
      build.faults.add(table.place("stall"),
                       table.where() + " stall: '" + shown(each) + "' is none",
                       "write STREAM@AFTER, such as \"2@3s\", \"all@3s\" or \"late:1@3s\"");
    }
    pass(spec, "--stall", each);
  }
  pass(spec, "--seed", seed_of(table, build));
  pass(spec, "--check-every", table.integer("check_every").value_or(30));
  pass_cores_and_trouble(table, spec, build);
  spec.work = "frames";
  spec.unit = "{frames}";
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
