// SPDX-License-Identifier: Apache-2.0
#include "workloads/cycle_workload.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "rig/base/quantity.hpp"
#include "workloads/cycle/cycle_course.hpp"
#include "workloads/load_options.hpp"

namespace soakrig::workloads {
namespace {

constexpr Nanos kSliceLength = 100 * kMillisecond;
constexpr Nanos kPoll = 5 * kMillisecond;

using Json = nlohmann::json;

Json step_object(const StepResult& r) {
  const auto or_null = [](const auto& v) { return v ? Json(*v) : Json(); };
  return {{"step", r.step},           {"code", or_null(r.code)}, {"signal", or_null(r.signal)},
          {"timed_out", r.timed_out}, {"killed", r.killed},      {"took_s", r.took_s},
          {"lines", r.lines},         {"said", r.last_words},    {"error", r.error}};
}

std::string text_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

class CycleWorkload final : public Workload {
 public:
  CycleWorkload(CycleOptions options, std::map<CycleFault, double> mix, const Clock& clock)
      : options_(std::move(options)),
        mix_(std::move(mix)),
        clock_(clock),
        next_(options_.first),
        course_(options_, mix_, clock) {}
  CycleWorkload(const CycleWorkload&) = delete;  // the course borrows from it
  CycleWorkload& operator=(const CycleWorkload&) = delete;

  Result<std::map<std::string, std::string>> prepare() override {
    const StepResult version = run_whole("version", options_.version);
    if (!version.ok() || version.first_line.empty()) {
      return Error{Errc::io, "the version step does not tell a version before the first update",
                   "it must end with 0 and print one line; it said '" + version.last_words + "' " +
                       version.error};
    }
    if (const StepResult health = run_whole("health", options_.health); !health.ok()) {
      return Error{Errc::io, "the health step fails before the first update",
                   "it must end with 0 on a board that is well; it said '" + health.last_words +
                       "' " + health.error};
    }
    return std::map<std::string, std::string>{{"version", version.first_line},
                                              {"seed", std::to_string(options_.seed)}};
  }

  Slice run_slice() override {
    if (course_.story().lost) {
      throw Fatal({Errc::io, "the board is bricked and no step brings it back",
                   "flash it by hand, or add a restore step"});
    }
    Slice out;
    const Nanos from = clock_.boot_ns();
    while (!out.cycle_ended && clock_.boot_ns() - from < kSliceLength) {
      if (course_.done()) course_.begin(next_++);
      course_.advance();
      out.cycle_ended = course_.done();
    }
    const Nanos took = clock_.boot_ns() - from;
    out.done.push_back({"cycles", out.cycle_ended ? 1.0 : 0.0, took});
    if (out.cycle_ended) finish(out);
    return out;
  }

  std::vector<Verification> verify() override { return std::exchange(checks_, {}); }
  std::vector<std::string> take_notes() override { return std::exchange(notes_, {}); }
  bool corrupt(Corruption) override { return false; }

 private:
  StepResult run_whole(const std::string& step, const Argv& argv) {
    StepProcess process(
        step,
        filled_in(argv,
                  {{"target", ""}, {"payload", options_.payload}, {"cycle", "0"}, {"line", "0"}}),
        options_.step_timeout, clock_);
    while (!process.poll(kPoll)) {
    }
    return process.result();
  }

  void finish(Slice& out) {
    const CycleStory& cycle = course_.story();
    const CycleClass kind = *cycle.kind;
    for (const CycleClass one :
         {CycleClass::updated, CycleClass::rolled_back, CycleClass::stuck, CycleClass::bricked}) {
      out.done.push_back({work_name(one), one == kind ? 1.0 : 0.0, 0});
    }
    const std::string fault(to_string(cycle.fault.fault));
    const bool well = kind == CycleClass::updated || kind == CycleClass::rolled_back;
    checks_.push_back({well, "updated or rolled back",
                       std::string(to_string(kind)) + " in cycle " + std::to_string(cycle.number) +
                           ", fault " + fault});
    const auto or_null = [](const auto& v) { return v ? Json(*v) : Json(); };
    const auto text = [](const std::string& t) { return t.empty() ? Json() : Json(t); };
    Json steps = Json::array();
    for (const StepResult& step : cycle.steps) steps.push_back(step_object(step));
    notes_.push_back(
        text_of(Json{{"cycle",
                      {{"n", cycle.number},
                       {"class", std::string(to_string(kind))},
                       {"fault", fault},
                       {"fault_at_s", or_null(cycle.fault_at_s)},
                       {"fault_line", cycle.fault.line},
                       {"fault_broken", text(cycle.broken)},
                       {"from", text(cycle.end.from)},
                       {"target", cycle.end.target},
                       {"found", text(cycle.end.found)},
                       {"healthy", cycle.kind == CycleClass::bricked ? false : cycle.end.healthy},
                       {"recovered_by", text(cycle.recovered_by)},
                       {"lost", cycle.lost},
                       {"took_s", to_seconds(clock_.boot_ns() - cycle.began)},
                       {"steps", std::move(steps)}}}}));
  }

  static std::string_view work_name(CycleClass kind) {
    return kind == CycleClass::rolled_back ? "rolled_back" : to_string(kind);
  }

  CycleOptions options_;
  std::map<CycleFault, double> mix_;
  const Clock& clock_;
  std::uint64_t next_;
  CycleCourse course_;
  std::vector<Verification> checks_;
  std::vector<std::string> notes_;
};

class CycleCommand final : public WorkloadCommand {
 public:
  void add_options(CLI::App& parser) override {
    words(parser, "--update", options_.update, "one word of the update step; again for each");
    words(parser, "--health", options_.health,
          "of the step that ends with 0 on a board that is well");
    words(parser, "--version-of", options_.version, "of the step that prints the version");
    words(parser, "--rollback", options_.rollback, "of the first step of the ladder");
    words(parser, "--restore", options_.restore, "of the last: flash it");
    words(parser, "--power-off", options_.power_off, "of the command that cuts the power");
    words(parser, "--power-on", options_.power_on, "and of the one that brings it back");
    words(parser, "--network-off", options_.network_off, "likewise");
    words(parser, "--network-on", options_.network_on, "");
    words(parser, "--disk-fill", options_.disk_fill, "");
    words(parser, "--disk-free", options_.disk_free, "");
    words(parser, "--clock-step", options_.clock_step, "");
    words(parser, "--clock-back", options_.clock_back, "");
    parser.add_option("--fault", faults_, "NAME=SHARE, again for each; together 100%")
        ->allow_extra_args(false);
    parser.add_option("--payload", options_.payload, "file that the update step is given");
    parser.add_option("--seed", options_.seed, "of the faults");
    parser.add_option("--first", options_.first, "number of the first cycle");
    parser.add_option("--step-timeout", step_timeout_, "of each step")->capture_default_str();
    parser.add_option("--settle", settle_, "until it must be healthy")->capture_default_str();
    parser.add_option("--fault-within", within_, "of the update's start")->capture_default_str();
    parser.add_option("--fault-lines", options_.fault_lines,
                      "instead: when the update has printed 1 to so many lines");
  }
  Result<std::unique_ptr<Workload>> make(const Clock& clock) override {
    for (const auto& [text, into] :
         {std::pair{&step_timeout_, &options_.step_timeout}, std::pair{&settle_, &options_.settle},
          std::pair{&within_, &options_.fault_within}}) {
      const auto time = parse_duration(*text);
      if (!time) return time.error();
      *into = *time;
    }
    if (!faults_.empty()) options_.faults = faults_;
    return make_cycle(options_, clock);
  }

 private:
  static void words(CLI::App& parser, const char* name, Argv& into, const char* help) {
    parser.add_option(name, into, help)->allow_extra_args(false);
  }

  CycleOptions options_;
  std::vector<std::string> faults_;
  std::string step_timeout_ = "60s", settle_ = "30s", within_ = "2s";
};

}  // namespace

Result<std::unique_ptr<Workload>> make_cycle(const CycleOptions& options, const Clock& clock) {
  for (const auto& [name, argv] :
       {std::pair{"update", &options.update}, std::pair{"health", &options.health},
        std::pair{"version", &options.version}}) {
    if (argv->empty() || argv->front().empty()) {
      return usage(std::string("a cycle has no ") + name + " step", "name its program");
    }
  }
  if (options.fault_lines < 0 || options.fault_lines > 1'000'000) {
    return usage("--fault-lines must be from 0 to 1000000", "0 goes by time");
  }
  auto mix = parse_fault_mix(options);
  if (!mix) return mix.error();
  return std::unique_ptr<Workload>(
      std::make_unique<CycleWorkload>(options, std::move(*mix), clock));
}

std::unique_ptr<WorkloadCommand> cycle_command() { return std::make_unique<CycleCommand>(); }

}  // namespace soakrig::workloads
