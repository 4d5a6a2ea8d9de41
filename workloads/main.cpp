// SPDX-License-Identifier: Apache-2.0
//
// soakrig-work: runs one workload and reports it on standard output (design: workload protocol).
// Composition, options, signals and exit codes; the work itself is behind workload.hpp.
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rig/base/quantity.hpp"
#include "rig/base/version.hpp"
#include "workloads/catalogue.hpp"
#include "workloads/container/container_keeper.hpp"
#include "workloads/exec/engine_listing.hpp"
#include "workloads/kernels/core_policy.hpp"
#include "workloads/kernels/cores.hpp"
#include "workloads/model/shape.hpp"
#include "workloads/shell/engine.hpp"

namespace {

using namespace soakrig;
using namespace soakrig::workloads;

constexpr int kUsage = 4;

// Written by the signal handler, the one thing that it may do.
volatile sig_atomic_t g_stop = 0;

void on_stop(int) { g_stop = 1; }
void on_crash(int) { crash_here(); }
void on_hang(int) { hang_here(); }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;  // without SA_RESTART: a blocked write must notice
  ::sigaction(signal, &action, nullptr);
}

// Ends this process as the program ended that it ran, so that its exit says the same.
void die_by(int signal) {
  handle(signal, SIG_DFL);
  ::raise(signal);
}

int fail(const Error& error, int code) {
  std::fprintf(stderr, "soakrig-work: %s\n", error.message().c_str());
  return code;
}

int list_workloads() {
  for (const WorkloadEntry& entry : catalogue()) {
    std::printf("%-8s %s\n", std::string(entry.name).c_str(), std::string(entry.summary).c_str());
  }
  return 0;
}

int list_shapes(bool as_json) {
  nlohmann::json list = nlohmann::json::array();
  if (!as_json) {
    std::printf("%-16s %10s %11s %11s %9s\n", "shape", "parameters", "q8_0 MiB", "q4_0 MiB",
                "context");
  }
  for (const Shape& s : shapes()) {
    const auto q8 = memory_needed(s, WeightFormat::q8_0, 128);
    const auto q4 = memory_needed(s, WeightFormat::q4_0, 128);
    if (as_json) {
      list.push_back({{"name", s.name},
                      {"parameters", parameter_count(s)},
                      {"dim", s.dim},
                      {"ffn", s.ffn},
                      {"layers", s.layers},
                      {"heads", s.heads},
                      {"kv_heads", s.kv_heads},
                      {"head_dim", s.head_dim},
                      {"vocabulary", s.vocabulary},
                      {"context", s.context},
                      {"tied", s.tied},
                      {"memory", {{"q8_0", q8}, {"q4_0", q4}}},
                      {"bytes_per_token",
                       {{"q8_0", bytes_per_token(s, WeightFormat::q8_0)},
                        {"q4_0", bytes_per_token(s, WeightFormat::q4_0)}}}});
    } else {
      std::printf("%-16s %9.1fM %11llu %11llu %9zu\n", std::string(s.name).c_str(),
                  static_cast<double>(parameter_count(s)) * 1e-6,
                  static_cast<unsigned long long>(q8 >> 20),
                  static_cast<unsigned long long>(q4 >> 20), s.context);
    }
  }
  if (as_json) std::puts(nlohmann::json{{"shapes", list}}.dump(2).c_str());
  return 0;
}

// What the command line says about every workload.
struct Common {
  EngineOptions engine;
  std::string pause = "0s";
  std::string load = "constant";
  std::string cores;
  std::vector<std::string> injections;
  bool allow_signals = false;

  void add_options(CLI::App& parser) {
    parser.add_option("--instance", engine.instance, "how many were started before this one");
    parser.add_option("--pause", pause, "idle time after each cycle, e.g. 500ms");
    parser.add_option("--load", load, "constant, burst:2s:8s, square:10s:50% or ramp:60s");
    parser.add_option("--cores", cores,
                      "run on these alone: 0-3,6, or all, big, little or physical");
    parser.add_option("--cycles", engine.cycles, "end after so many; 0 = go on");
    parser.add_option("--inject", injections, "trouble on purpose: KIND@AFTER, e.g. crash@10s");
    parser.add_flag("--allow-signals", allow_signals, "SIGUSR1 crashes, SIGUSR2 hangs");
  }
  Result<void> resolve() {
    const auto length = parse_duration(pause);
    if (!length) {
      Error error = length.error();
      error.what = "--pause: " + error.what;
      return error;
    }
    engine.pause = *length;
    const auto shape = LoadShape::parse(load);
    if (!shape) return shape.error();
    engine.load = *shape;
    if (!cores.empty()) {
      const auto set = choose_cores(cores, read_core_facts(allowed_core_list()));
      if (!set) return set.error();
      if (const auto bound = bind_to_cores(*set); !bound) return bound.error();
      engine.facts["cores"] = core_set_text(*set);
    }
    for (const std::string& text : injections) {
      const auto injection = parse_injection(text);
      if (!injection) return injection.error();
      engine.injections.push_back(*injection);
    }
    return {};
  }
};

int run_workload(WorkloadCommand& command, Common& common) {
  if (const auto resolved = common.resolve(); !resolved) return fail(resolved.error(), kUsage);
  const SystemClock clock;
  auto workload = command.make(clock);
  if (!workload) {
    const Errc code = workload.error().code;
    return fail(workload.error(), code == Errc::full || code == Errc::io ? 2 : kUsage);
  }
  handle(SIGPIPE, SIG_IGN);
  handle(SIGTERM, on_stop);
  handle(SIGINT, on_stop);
  if (common.allow_signals) {
    handle(SIGUSR1, on_crash);
    handle(SIGUSR2, on_hang);
  }
  const auto stopping = [] { return g_stop != 0; };
  FdOutput output(STDOUT_FILENO, stopping);
  Engine engine(**workload, output, clock, common.engine, stopping);
  const auto code = engine.run();
  if (engine.ending_signal() != 0) die_by(engine.ending_signal());
  return code ? *code : fail(code.error(), 2);
}

int keep(const std::vector<std::string>& argv) {
  const auto options = parse_keeper_argv(argv);
  if (!options) return fail(options.error(), kUsage);
  const auto end = keep_container(*options);
  if (!end) return fail(end.error(), kUsage);
  if (end->signal != 0) die_by(end->signal);
  return end->code;
}

int unknown_word(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = nearest_word(word, known);
  return fail({Errc::invalid, "no workload '" + word + "'",
               near.empty() ? "see soakrig-work --list" : "did you mean '" + near + "'?"},
              kUsage);
}

int dispatch(int argc, char** argv) {
  CLI::App parser("Loads a board with an AI workload and reports it on standard output",
                  "soakrig-work");
  parser.set_version_flag(
      "--version", "soakrig-work " + std::string(version()) + " (" + std::string(commit()) + ")");
  bool list = false;
  bool as_json = false;
  parser.add_flag("--list", list, "the workloads there are");
  CLI::App* shapes_command = parser.add_subcommand("shapes", "the models whose shape it knows");
  shapes_command->add_flag("--json", as_json, "as JSON");
  CLI::App* engines_command =
      parser.add_subcommand("engines", "the programs that exec can run by name");
  engines_command->add_flag("--json", as_json, "as JSON");
  Common common;
  std::vector<std::pair<CLI::App*, std::unique_ptr<WorkloadCommand>>> commands;
  for (const WorkloadEntry& entry : catalogue()) {
    CLI::App* sub = parser.add_subcommand(std::string(entry.name), std::string(entry.summary));
    commands.emplace_back(sub, entry.command());
    commands.back().second->add_options(*sub);
    common.add_options(*sub);
  }
  parser.require_subcommand(0, 1);
  if (argc > 1 && argv[1][0] != '-') {
    std::vector<std::string> known{"engines", "shapes"};
    for (const WorkloadEntry& entry : catalogue()) known.emplace_back(entry.name);
    if (std::ranges::find(known, argv[1]) == known.end()) return unknown_word(argv[1], known);
  }
  try {
    parser.parse(argc, argv);
  } catch (const CLI::Success& done) {  // --help and --version
    return parser.exit(done);
  } catch (const CLI::ParseError& error) {
    return fail({Errc::invalid, error.what(), "see soakrig-work --help"}, kUsage);
  }
  if (list) return list_workloads();
  if (*shapes_command) return list_shapes(as_json);
  if (*engines_command) {
    std::fputs(engine_listing(as_json).c_str(), stdout);
    return 0;
  }
  for (auto& [sub, command] : commands) {
    if (*sub) return run_workload(*command, common);
  }
  return fail({Errc::invalid, "no workload is named", "see soakrig-work --list"}, kUsage);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc > 1 && argv[1] == kKeeperVerb) return keep({argv, argv + argc});
    return dispatch(argc, argv);
  } catch (const Fatal& fatal) {
    return fail(fatal.error(), fatal.exit_code());
  } catch (const std::bad_alloc&) {
    return fail({Errc::full, "out of memory", "name a smaller --shape"}, 2);
  } catch (const std::exception& error) {
    return fail({Errc::invalid, std::string("unexpected: ") + error.what(), ""}, 2);
  }
}
