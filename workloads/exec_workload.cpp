// SPDX-License-Identifier: Apache-2.0
#include "workloads/exec_workload.hpp"

#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "rig/base/json_guard.hpp"
#include "rig/base/spawn.hpp"
#include "workloads/cycle/cycle_plan.hpp"
#include "workloads/container/started_program.hpp"
#include "workloads/cycle/step_process.hpp"
#include "workloads/exec/engine_library.hpp"
#include "workloads/exec/engine_output.hpp"
#include "workloads/load_options.hpp"

namespace soakrig::workloads {

namespace {

using Json = nlohmann::json;

constexpr Nanos kSliceLength = 100 * kMillisecond;
constexpr Nanos kPoll = 5 * kMillisecond;
constexpr Nanos kVersionLimit = 20 * kSecond;
constexpr Nanos kEndGrace = kSecond;  // between asking a run to end and killing it
constexpr Nanos kNoLimit = 100 * 24 * kHour;
constexpr int kMostUnread = 3;  // runs in a row without work, then it is no use
constexpr Nanos kUnreadWait = 200 * kMillisecond;
constexpr std::size_t kMaxForwarded = 500;  // bytes of a line on standard error

class ExecWorkload final : public Workload {
 public:
  ExecWorkload(EngineFile file, std::map<std::string, std::string> options,
               const ExecOptions& given, const Clock& clock)
      : file_(std::move(file)),
        options_(std::move(options)),
        clock_(clock),
        ops_per_work_(given.ops_per_work ? given.ops_per_work : file_.ops_per_work),
        density_(given.density),
        output_(file_, options_) {
    argv_ = filled_in(file_.argv, options_);
    argv_.insert(argv_.end(), given.extra.begin(), given.extra.end());
    for (const auto& [name, value] : file_.environment) {
      environment_.push_back(name + "=" + filled_in({value}, options_).front());
    }
  }
  ~ExecWorkload() override { end_run(); }
  ExecWorkload(const ExecWorkload&) = delete;
  ExecWorkload& operator=(const ExecWorkload&) = delete;

  Result<std::map<std::string, std::string>> prepare() override {
    version_ = ask_version();
    const bool verified = std::ranges::find(file_.verified, version_) != file_.verified.end();
    std::map<std::string, std::string> facts{{"engine", file_.name},
                                             {"version", version_.empty() ? "unknown" : version_},
                                             {"verified", verified ? "yes" : "no"},
                                             {"program", find_program(argv_.front())}};
    if (!density_.empty()) facts["density"] = density_;
    return facts;
  }

  Slice run_slice() override {
    if (!process_) start_run();
    const Nanos until = clock_.boot_ns() + kSliceLength;
    bool over = process_->poll(kPoll);
    while (!over && clock_.boot_ns() < until) over = process_->poll(kPoll);
    if (auto note = process_->take_note()) notes_.push_back(std::move(*note));
    if (over) output_.end(process_->age());
    Slice out = account();
    if (over) finish(out);
    return out;
  }

  std::vector<Verification> verify() override { return std::exchange(checks_, {}); }
  std::vector<std::string> take_notes() override { return std::exchange(notes_, {}); }
  bool corrupt(Corruption) override { return false; }

 private:
  std::string ask_version() {
    if (!file_.version_line) return {};
    std::string found;
    StepProcess process("version", filled_in(file_.version_argv, options_), kVersionLimit, clock_,
                        {environment_, 4096, [&](std::string_view line, bool) {
                           if (!found.empty()) return;
                           if (const auto groups = file_.version_line->find(line)) {
                             const auto version = groups->find("version");
                             if (version != groups->end()) found = version->second;
                           }
                         }});
    while (!process.poll(kPoll)) {
    }
    return found;
  }

  void start_run() {
    output_.begin();
    process_.emplace("run", argv_, kNoLimit, clock_,
                     StepLines{environment_, 64 * 1024,
                               [this](std::string_view line, bool out) { take_line(line, out); }});
  }

  void take_line(std::string_view line, bool standard_output) {
    output_.line(line, standard_output, process_ ? process_->age() : 0);
    if (standard_output) return;
    // Kept by whoever keeps this process's own words.
    std::fprintf(stderr, "%.*s\n", static_cast<int>(std::min(line.size(), kMaxForwarded)),
                 line.data());
  }

  // What was found since the last slice.
  Slice account() {
    Found found = output_.take();
    Slice out;
    out.side_by_side = file_.side_by_side;
    for (const Found::Work& work : found.work) {
      const auto rule = std::ranges::find(file_.rules, work.name, &Rule::name);
      const Nanos busy = from_seconds(work.seconds);
      out.done.push_back({rule->name, work.amount, busy});
      if (ops_per_work_ && rule->name == file_.rules.front().name && rule->name != "ops") {
        out.done.push_back({"ops", work.amount * *ops_per_work_, busy, true});
      }
    }
    if (found.work.empty()) {  // its totals are there from the start, and stay as they are
      for (const Rule& rule : file_.rules) {
        if (rule.kind == RuleKind::work) out.done.push_back({rule.name, 0, 0});
      }
    }
    gauges_ = std::move(found.gauges);
    for (const auto& [name, value] : gauges_) out.gauges.push_back({name, value});
    std::ranges::move(found.checks, std::back_inserter(checks_));
    std::ranges::move(found.notes, std::back_inserter(notes_));
    return out;
  }

  void note(const char* kind, Json body, const StepResult& result) {
    body["engine"] = file_.name;
    body["version"] = version_.empty() ? Json() : Json(version_);
    body["said"] = result.last_words;
    notes_.push_back(dump_json({{kind, std::move(body)}}));
  }

  void finish(Slice& out) {
    const StepResult result = process_->result();
    process_.reset();
    if (result.code && std::ranges::find(file_.ok, *result.code) != file_.ok.end()) {
      if (output_.worked()) {
        unread_ = 0;
        out.cycle_ended = true;
      } else if (output_.refused()) {
        end_badly(out, 1, "it refused the model", result);
      } else {
        no_work(out, result);
      }
      return;
    }
    if (!result.code) {
      end_badly(out, 0, result.error.empty() ? "ended by a signal" : result.error, result);
      out.ending->signal = result.signal.value_or(0);
      if (!result.error.empty()) out.ending->code = 126;
      return;
    }
    const int code = *result.code;
    if (const auto skip = file_.skip.find(code); skip != file_.skip.end()) {
      note("skipped", {{"code", code}, {"meaning", skip->second}}, result);
      end_badly(out, code, "cannot be run here: " + skip->second, result);
      return;
    }
    const auto meaning = file_.fail.find(code);
    end_badly(out, code, meaning == file_.fail.end() ? "it failed" : meaning->second, result);
  }

  void no_work(Slice& out, const StepResult& result) {
    const std::string why =
        output_.unread().empty() ? "nothing in its output is work" : output_.unread();
    if (++unread_ < kMostUnread) {
      ::poll(nullptr, 0, static_cast<int>(kUnreadWait / kMillisecond));
      return;
    }
    note("unread", {{"why", why}, {"runs", unread_}}, result);
    end_badly(out, 1, why + ": its engine file does not fit this version or these arguments",
              result);
  }

  void end_badly(Slice& out, int code, const std::string& why, const StepResult& result) {
    out.ending = Ending{code, 0};
    std::fprintf(stderr, "soakrig-work: %s%s: %s; its last words: %s\n", file_.name.c_str(),
                 result.code ? (" ended with " + std::to_string(*result.code)).c_str() : "",
                 why.c_str(), result.last_words.empty() ? "none" : result.last_words.c_str());
  }

  // A run in its middle is asked to end, and killed if it does not.
  void end_run() {
    if (process_) process_->stop(kEndGrace);
    process_.reset();
  }

  EngineFile file_;
  std::map<std::string, std::string> options_;
  const Clock& clock_;
  std::optional<double> ops_per_work_;
  std::string density_;
  EngineOutput output_;
  Argv argv_;
  std::vector<std::string> environment_;
  std::string version_;
  int unread_ = 0;
  std::map<std::string, double> gauges_;  // names of the slice that was returned last
  std::vector<Verification> checks_;
  std::vector<std::string> notes_;
  std::optional<StartedProgram> process_;
};

class ExecCommand final : public WorkloadCommand {
 public:
  void add_options(CLI::App& parser) override {
    parser.add_option("engine", options_.engine, "name of an engine file, or its path")->required();
    parser.add_option("--set", options_.set, "NAME=VALUE, an option of the engine; again for each")
        ->allow_extra_args(false);
    parser.add_option("--model", model_, "file; the same as --set model=FILE");
    parser.add_option("--ops-per-work", options_.ops_per_work,
                      "operations in one unit of the engine's first work");
    parser.add_option("--density", options_.density, "of its model, for claims: dense or sparse");
    parser.add_option("--arg", options_.extra, "a further argument of the program; again for each")
        ->allow_extra_args(false);
    parser.add_option("extra", after_, "after --: further arguments of the program");
  }
  Result<std::unique_ptr<Workload>> make(const Clock& clock) override {
    if (!model_.empty()) options_.set.push_back("model=" + model_);
    options_.extra.insert(options_.extra.end(), after_.begin(), after_.end());
    return make_exec(options_, clock);
  }

 private:
  ExecOptions options_;
  std::vector<std::string> after_;
  std::string model_;
};

}  // namespace

Result<std::unique_ptr<Workload>> make_exec(const ExecOptions& options, const Clock& clock) {
  auto file = load_engine(options.engine);
  if (!file) return file.error();
  auto set = options_for(*file, options.set);
  if (!set) return set.error();
  if (options.ops_per_work && !(*options.ops_per_work > 0)) {
    return usage("--ops-per-work must be above 0", "count the operations of one unit of work");
  }
  if (const auto run = container_run(filled_in(file->argv, *set)); !run) return run.error();
  if (!options.density.empty() && options.density != "dense" && options.density != "sparse") {
    return usage("--density \"" + options.density + "\" is none", "say dense or sparse");
  }
  const std::string program = find_program(filled_in({file->argv.front()}, *set).front());
  if (program.find('/') == std::string::npos || ::access(program.c_str(), X_OK) != 0) {
    return Error{Errc::not_found, "the program of engine " + file->name + " is not installed",
                 "install it, or put its folder into PATH", program};
  }
  return std::unique_ptr<Workload>(
      std::make_unique<ExecWorkload>(std::move(*file), std::move(*set), options, clock));
}

std::unique_ptr<WorkloadCommand> exec_command() { return std::make_unique<ExecCommand>(); }

}  // namespace soakrig::workloads
