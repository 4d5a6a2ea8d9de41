// SPDX-License-Identifier: Apache-2.0
#include "workloads/cycle_workload.hpp"

#include <poll.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "rig/base/fd.hpp"
#include "rig/base/quantity.hpp"
#include "workloads/cycle/cycle_class.hpp"
#include "workloads/cycle/step_process.hpp"
#include "workloads/load_options.hpp"

namespace soakrig::workloads {
namespace {

constexpr Nanos kSliceLength = 100 * kMillisecond;
constexpr Nanos kPoll = 5 * kMillisecond;
constexpr Nanos kBetweenHealth = 50 * kMillisecond;
constexpr std::size_t kMostPayload = std::size_t{1} << 30;
constexpr std::size_t kMostSteps = 40;  // told of one cycle

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

// What a cycle does next.
enum class Stage {
  begin,
  version_before,
  update,
  fault_end,
  health,
  version,
  rollback,
  rolled_health,
  rolled_version,
  restore,
  restored_health,
  restored_version,
  done
};

// One cycle as it goes.
struct Cycle {
  std::uint64_t number = 0;
  Stage stage = Stage::begin;
  Nanos began = 0, settles_at = 0;
  CycleFaultPlan fault;
  std::optional<double> fault_at_s;  // when it came; absent = it did not
  std::string payload, broken;       // why the fault could not be made; empty = nothing
  CycleEnd end;
  std::optional<CycleClass> kind;
  std::string recovered_by;
  std::vector<Json> steps;
};

class CycleWorkload final : public Workload {
 public:
  CycleWorkload(CycleOptions options, std::map<CycleFault, double> mix, const Clock& clock)
      : options_(std::move(options)), mix_(std::move(mix)), clock_(clock), next_(options_.first) {}

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
    if (lost_) {
      throw Fatal({Errc::io, "the board is bricked and no step brings it back",
                   "flash it by hand, or add a restore step"});
    }
    Slice out;
    const Nanos from = clock_.boot_ns();
    while (!out.cycle_ended && clock_.boot_ns() - from < kSliceLength) {
      advance();
      out.cycle_ended = cycle_.stage == Stage::done;
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

  [[nodiscard]] std::map<std::string, std::string> words() const {
    return {{"target", cycle_.end.target},
            {"payload", cycle_.payload},
            {"cycle", std::to_string(cycle_.number)},
            {"line", std::to_string(cycle_.fault.fault == CycleFault::none ||
                                            cycle_.fault.fault == CycleFault::corrupt
                                        ? 0
                                        : cycle_.fault.line)}};
  }

  void start(const std::string& step, const Argv& argv) {
    process_.emplace(step, filled_in(argv, words()), options_.step_timeout, clock_);
  }

  void keep(const StepResult& result) {
    if (cycle_.steps.size() < kMostSteps) cycle_.steps.push_back(step_object(result));
  }

  // The step that runs is over: its result, once.
  std::optional<StepResult> over() {
    if (!process_->poll(kPoll)) return std::nullopt;
    StepResult out = process_->result();
    process_.reset();
    keep(out);
    return out;
  }

  void begin() {
    cycle_ = {};
    cycle_.number = next_++;
    cycle_.began = clock_.boot_ns();
    cycle_.end.target = std::to_string(cycle_.number);
    cycle_.fault = plan_fault(options_, mix_, cycle_.number);
    cycle_.payload = options_.payload;
    if (cycle_.fault.fault == CycleFault::corrupt) damage_payload();
    start("version", options_.version);
    cycle_.stage = Stage::version_before;
  }

  void damage_payload() {
    const auto whole = read_file(options_.payload, kMostPayload);
    const std::string copy = options_.payload + ".cycle";
    auto written = whole ? write_file_atomic(copy, corrupted(*whole, cycle_.fault.salt))
                         : Result<void>(whole.error());
    if (!written) {
      cycle_.broken = written.error().message();
      return;
    }
    cycle_.payload = copy;
    cycle_.fault_at_s = 0;
  }

  [[nodiscard]] bool fault_is_due() const {
    const CycleFaultPlan& plan = cycle_.fault;
    if (plan.fault == CycleFault::none || plan.fault == CycleFault::corrupt) return false;
    if (cycle_.fault_at_s || !process_) return false;
    if (plan.line > 0) return process_->result().lines >= static_cast<std::size_t>(plan.line);
    return process_->age() >= plan.after;
  }

  void make_fault() {
    cycle_.fault_at_s = to_seconds(process_->age());
    const Argv& command = begin_of(options_, cycle_.fault.fault);
    if (command.empty()) {
      process_->kill();
      return;
    }
    fault_.emplace(std::string(to_string(cycle_.fault.fault)), filled_in(command, words()),
                   options_.step_timeout, clock_);
  }

  // True once no fault's command runs any more.
  bool fault_is_made() {
    if (!fault_) return true;
    if (!fault_->poll(0)) return false;
    if (!fault_->result().ok())
      cycle_.broken = "its command failed: " + fault_->result().last_words;
    keep(fault_->result());
    fault_.reset();
    return true;
  }

  void watch_update() {
    if (fault_is_due()) make_fault();
    const bool made = fault_is_made();
    if (process_) {
      if (const auto result = over()) cycle_.end.update_ended = !result->timed_out;
      return;
    }
    if (!made) {
      static_cast<void>(fault_->poll(kPoll));
      return;
    }
    if (cycle_.fault_at_s && !end_of(options_, cycle_.fault.fault).empty()) {
      start("end of " + std::string(to_string(cycle_.fault.fault)),
            end_of(options_, cycle_.fault.fault));
      cycle_.stage = Stage::fault_end;
    } else {
      settle(Stage::health);
    }
  }

  void settle(Stage stage) {
    cycle_.settles_at = clock_.boot_ns() + options_.settle;
    healthy_at_ = 0;
    cycle_.stage = stage;
  }

  // Asks until it is well or the time to settle is over; then goes on to `next`.
  void watch_health(Stage next) {
    if (!process_) {
      if (clock_.boot_ns() < healthy_at_) {
        ::poll(nullptr, 0, static_cast<int>(kPoll / kMillisecond));
        return;
      }
      start("health", options_.health);
      return;
    }
    if (!process_->poll(kPoll)) return;
    const StepResult result = process_->result();
    process_.reset();
    const bool late = clock_.boot_ns() >= cycle_.settles_at;
    if (!result.ok() && !late) {
      healthy_at_ = clock_.boot_ns() + kBetweenHealth;
      return;
    }
    keep(result);
    cycle_.end.healthy = result.ok();
    start("version", options_.version);
    cycle_.stage = next;
  }

  [[nodiscard]] bool unwell() const { return !cycle_.end.healthy; }

  void ladder_from(Stage stage) {
    if (!unwell()) {
      cycle_.stage = Stage::done;
    } else if (stage == Stage::version && !options_.rollback.empty()) {
      start("rollback", options_.rollback);
      cycle_.stage = Stage::rollback;
    } else if (!options_.restore.empty()) {
      start("restore", options_.restore);
      cycle_.stage = Stage::restore;
    } else {
      lost_ = cycle_.kind == CycleClass::bricked;
      cycle_.stage = Stage::done;
    }
  }

  void take_version(Stage stage) {
    const auto result = over();
    if (!result) return;
    const std::string found = result->ok() ? result->first_line : "";
    if (stage == Stage::version) {
      cycle_.end.found = found;
      cycle_.kind = classify(cycle_.end);
      ladder_from(Stage::version);
      return;
    }
    if (!unwell()) cycle_.recovered_by = stage == Stage::rolled_version ? "rollback" : "restore";
    if (stage == Stage::rolled_version) {
      ladder_from(Stage::rolled_version);
    } else {
      lost_ = unwell();
      cycle_.stage = Stage::done;
    }
  }

  void advance() {
    switch (cycle_.stage) {
      case Stage::begin:
      case Stage::done:
        begin();
        break;
      case Stage::version_before:
        if (const auto result = over()) {
          cycle_.end.from = result->ok() ? result->first_line : "";
          start("update", options_.update);
          cycle_.stage = Stage::update;
        }
        break;
      case Stage::update:
        watch_update();
        break;
      case Stage::fault_end:
        if (const auto result = over()) {
          if (!result->ok()) cycle_.broken = "it could not be ended: " + result->last_words;
          settle(Stage::health);
        }
        break;
      case Stage::health:
        watch_health(Stage::version);
        break;
      case Stage::version:
        take_version(Stage::version);
        break;
      case Stage::rollback:
        if (over()) settle(Stage::rolled_health);
        break;
      case Stage::rolled_health:
        watch_health(Stage::rolled_version);
        break;
      case Stage::rolled_version:
        take_version(Stage::rolled_version);
        break;
      case Stage::restore:
        if (over()) {
          settle(Stage::restored_health);
        }
        break;
      case Stage::restored_health:
        watch_health(Stage::restored_version);
        break;
      case Stage::restored_version:
        take_version(Stage::restored_version);
        break;
    }
  }

  void finish(Slice& out) {
    const CycleClass kind = *cycle_.kind;
    for (const CycleClass one :
         {CycleClass::updated, CycleClass::rolled_back, CycleClass::stuck, CycleClass::bricked}) {
      out.done.push_back({work_name(one), one == kind ? 1.0 : 0.0, 0});
    }
    const std::string fault(to_string(cycle_.fault.fault));
    const bool well = kind == CycleClass::updated || kind == CycleClass::rolled_back;
    checks_.push_back({well, "updated or rolled back",
                       std::string(to_string(kind)) + " in cycle " + std::to_string(cycle_.number) +
                           ", fault " + fault});
    const auto or_null = [](const auto& v) { return v ? Json(*v) : Json(); };
    const auto text = [](const std::string& t) { return t.empty() ? Json() : Json(t); };
    notes_.push_back(
        text_of(Json{{"cycle",
                      {{"n", cycle_.number},
                       {"class", std::string(to_string(kind))},
                       {"fault", fault},
                       {"fault_at_s", or_null(cycle_.fault_at_s)},
                       {"fault_line", cycle_.fault.line},
                       {"fault_broken", text(cycle_.broken)},
                       {"from", text(cycle_.end.from)},
                       {"target", cycle_.end.target},
                       {"found", text(cycle_.end.found)},
                       {"healthy", cycle_.kind == CycleClass::bricked ? false : cycle_.end.healthy},
                       {"recovered_by", text(cycle_.recovered_by)},
                       {"lost", lost_},
                       {"took_s", to_seconds(clock_.boot_ns() - cycle_.began)},
                       {"steps", cycle_.steps}}}}));
  }

  static std::string_view work_name(CycleClass kind) {
    return kind == CycleClass::rolled_back ? "rolled_back" : to_string(kind);
  }

  CycleOptions options_;
  std::map<CycleFault, double> mix_;
  const Clock& clock_;
  std::uint64_t next_;
  Cycle cycle_;
  std::optional<StepProcess> process_, fault_;
  Nanos healthy_at_ = 0;  // when to ask again
  bool lost_ = false;
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
