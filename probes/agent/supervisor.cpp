// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/supervisor.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <utility>

#include "rig/base/json_guard.hpp"

namespace soakrig::agent {

namespace {

using nlohmann::json;

constexpr std::size_t kMostEvidence = 16;  // lines taken from what a workload says

// Exit codes that mean "this cannot be started": usage (ours), not executable, not found (shells).
bool means_bad_config(int code) { return code == 4 || code == 126 || code == 127; }

// Signals that processes send to each other rather than earn by a fault of their own.
bool comes_from_outside(int signal) {
  return signal == SIGKILL || signal == SIGTERM || signal == SIGINT || signal == SIGHUP ||
         signal == SIGQUIT;
}

bool decreases(const std::map<std::string, double>& before,
               const std::map<std::string, double>& after) {
  return std::any_of(after.begin(), after.end(), [&](const auto& entry) {
    const auto old = before.find(entry.first);
    return old != before.end() && entry.second < old->second;
  });
}

bool contradicts(const work::Totals& before, const work::Totals& after) {
  return after.busy_s < before.busy_s || after.cycle < before.cycle ||
         decreases(before.work, after.work) || decreases(before.busy, after.busy);
}

bool grows(const work::Totals* before, const work::Totals& after) {
  return std::any_of(after.work.begin(), after.work.end(), [&](const auto& entry) {
    if (before == nullptr) return entry.second > 0;
    const auto old = before->work.find(entry.first);
    return entry.second > (old == before->work.end() ? 0.0 : old->second);
  });
}

// Text of a workload as a JSON value; text that is no JSON stays a string.
// So does text that nests deep: wrapped in an event and a line it must stay below kMaxJsonDepth.
json value_of(const std::string& text) {
  if (!json_nesting_within(text, kMaxJsonDepth / 2)) return json(text);
  return parse_json(text).value_or(json(text));
}

}  // namespace

std::string signal_name(int signal) {
  const char* abbreviation = sigabbrev_np(signal);
  const std::string number = std::to_string(signal);
  return abbreviation ? std::string("SIG") + abbreviation + " (" + number + ")"
                      : "signal " + number;
}

void Supervisor::start(const WorkloadSpec& spec, Nanos now) {
  if (state_ == State::stopping && asked_ == Asked::by_controller) {
    next_ = spec;
    return;
  }
  if (state_ != State::idle && state_ != State::down) {
    emit(event_kind::kWorkNote, Severity::info,
         dump_json({{"workload", name_}, {"reason", "it already runs and was not started again"}}),
         now);
    return;
  }
  spec_ = spec;
  spawn(now);
}

void Supervisor::stop(Nanos grace, Nanos now) {
  next_.reset();
  switch (state_) {
    case State::idle:
      return;
    case State::backoff:
    case State::down:
      state_ = State::idle;
      return;
    case State::loading:
    case State::working:
      actions_.push_back(SignalAction{SIGTERM});
      kill_at_ = now + grace;
      break;
    case State::stopping:
      kill_at_ = std::min(kill_at_, now + grace);
      break;
  }
  asked_ = Asked::by_controller;
  state_ = State::stopping;
}

void Supervisor::spawn(Nanos now) {
  instance_ = spawned_++;
  state_ = State::loading;
  asked_ = Asked::no;
  excuse_ = Excuse::none;
  started_ = last_growth_ = now;
  garbage_at_.reset();
  totals_.reset();
  mismatch_reported_.reset();
  mismatches_ = 0;
  actions_.push_back(SpawnAction{instance_});
}

void Supervisor::spawned(const ProcessId& process, const std::vector<std::string>& argv,
                         Nanos now) {
  process_ = process;
  emit(event_kind::kWorkStarted, Severity::info,
       dump_json({{"workload", name_},
                  {"instance", instance_},
                  {"pid", process.pid},
                  {"start_time", process.start_time},
                  {"argv", argv}}),
       now);
}

void Supervisor::spawn_failed(const Error& error, bool config_fault, Nanos now) {
  process_ = {};
  std::vector<std::string> evidence{error.message()};
  if (config_fault) evidence.emplace_back("not tried again: no restart can mend this");
  incident(IncidentClass::workload_crash, config_fault ? Blame::config : Blame::unknown,
           std::move(evidence), now);
  if (config_fault) {
    state_ = State::down;
  } else {
    plan_restart(now);
  }
}

bool Supervisor::message(const work::Message& message, Nanos now) {
  if (const auto* ready = std::get_if<work::Ready>(&message)) {
    if (state_ == State::loading) become_ready(ready, now);
  } else if (const auto* totals = std::get_if<work::Totals>(&message)) {
    if (totals_ && contradicts(*totals_, *totals)) return false;
    take_totals(*totals, now);
  } else if (const auto* check = std::get_if<work::Check>(&message)) {
    check_output(*check, now);
  } else if (const auto* note = std::get_if<work::Note>(&message)) {
    emit(event_kind::kWorkNote, Severity::info,
         dump_json({{"workload", name_}, {"event", value_of(note->json)}}), now);
    heed(*note, now);
  } else if (const auto* histogram = std::get_if<work::Histogram>(&message)) {
    emit(event_kind::kWorkNote, Severity::info,
         dump_json({{"workload", name_}, {"hist", value_of(histogram->json)}}), now);
  }
  return true;
}

void Supervisor::become_ready(const work::Ready* ready, Nanos now) {
  state_ = State::working;
  last_growth_ = now;
  json body{{"workload", name_}, {"instance", instance_}, {"after_s", to_seconds(now - started_)}};
  if (ready != nullptr) {
    body["facts"] = ready->facts;
  } else {
    body["implied"] = true;  // it never said so, but it works
  }
  emit(event_kind::kWorkReady, Severity::info, dump_json(body), now);
}

void Supervisor::take_totals(const work::Totals& totals, Nanos now) {
  if (grows(totals_ ? &*totals_ : nullptr, totals)) {
    if (state_ == State::loading) become_ready(nullptr, now);
    last_growth_ = now;
  }
  totals_ = totals;
}

void Supervisor::check_output(const work::Check& check, Nanos now) {
  emit(event_kind::kWorkCheck, check.ok ? Severity::info : Severity::alarm,
       dump_json({{"workload", name_},
                  {"instance", instance_},
                  {"ok", check.ok},
                  {"expected", check.expected},
                  {"got", check.got}}),
       now);
  if (check.ok) return;
  ++mismatches_;
  // A board that computes wrongly goes on doing so: every check is kept, the incident is one.
  if (mismatch_reported_ && now - *mismatch_reported_ < kMismatchInterval) return;
  incident(IncidentClass::output_mismatch, Blame::board,
           {"expected " + check.expected, "got " + check.got,
            std::to_string(mismatches_) + " failed check(s) since the last such incident"},
           now);
  mismatch_reported_ = now;
  mismatches_ = 0;
}

void Supervisor::heed(const work::Note& note, Nanos now) {
  const json said = value_of(note.json);
  if (!said.is_object()) return;
  if (said.contains("skipped")) excuse_ = Excuse::skipped;
  if (said.contains("unread")) excuse_ = Excuse::unread;
  const auto found = [&](const char* key) {
    const auto body = said.find(key);
    return body == said.end() || !body->is_object() ? nullptr : &*body;
  };
  if (const json* refused = found("refused")) {
    // One is enough.
    if (std::exchange(excuse_, Excuse::refused) == Excuse::refused) return;
    std::vector<std::string> evidence;
    for (const char* key : {"engine", "operator", "format", "said"}) {
      if (const auto text = json_get<std::string>(*refused, key)) {
        evidence.push_back(std::string(key) + ": " + *text);
      }
    }
    incident(IncidentClass::model_refused, Blame::unknown, std::move(evidence), now);
  }
  for (const auto kind :
       {IncidentClass::starvation, IncidentClass::deadlock, IncidentClass::priority_inversion}) {
    const json* body = found(std::string(to_string(kind)).c_str());
    if (body == nullptr) continue;
    std::vector<std::string> evidence;
    if (const auto lines = body->find("evidence"); lines != body->end() && lines->is_array()) {
      for (const json& line : *lines) {
        if (evidence.size() >= kMostEvidence) break;
        if (line.is_string()) evidence.push_back(line.get<std::string>());
      }
    }
    incident(kind, Blame::unknown, std::move(evidence), now);
  }
}

void Supervisor::garbage(Nanos now) {
  if (state_ == State::loading && !garbage_at_) garbage_at_ = now;
}

void Supervisor::alive(Nanos now) {
  if (state_ == State::loading) last_growth_ = now;
}

void Supervisor::skip(Nanos lost) {
  started_ += lost;
  last_growth_ += lost;
  if (garbage_at_) *garbage_at_ += lost;
}

bool Supervisor::has_process() const {
  return state_ == State::loading || state_ == State::working || state_ == State::stopping;
}

Nanos Supervisor::hang_deadline() const {
  const Nanos quiet = last_growth_ + spec_.hang_after;
  if (state_ == State::working) return quiet;
  const Nanos loading = started_ + std::max(spec_.hang_after, kLoadingLimit);
  const Nanos deadline = std::min(quiet, loading);
  return garbage_at_ ? std::min(deadline, *garbage_at_ + spec_.hang_after) : deadline;
}

std::optional<Nanos> Supervisor::deadline() const {
  switch (state_) {
    case State::loading:
    case State::working:
      return hang_deadline();
    case State::stopping:
      return kill_at_;
    case State::backoff:
      return restart_at_;
    case State::idle:
    case State::down:
      break;
  }
  return std::nullopt;
}

void Supervisor::tick(Nanos now, const Inspect& inspect) {
  const auto when = deadline();
  if (!when || now < *when) return;
  if (state_ == State::backoff) {
    spawn(now);
  } else if (state_ == State::stopping) {
    actions_.push_back(SignalAction{SIGKILL});
    kill_at_ = now + kKillRepeat;
  } else {
    declare_hang(now, inspect);
  }
}

std::string Supervisor::describe_totals() const {
  if (!totals_) return "no totals were ever reported";
  std::string text = "last totals:";
  for (const auto& [key, value] : totals_->work) text += " " + key + " " + json(value).dump();
  return text + ", cycle " + std::to_string(totals_->cycle) + ", busy " +
         json(totals_->busy_s).dump() + " s";
}

void Supervisor::declare_hang(Nanos now, const Inspect& inspect) {
  std::vector<std::string> evidence;
  const std::string limit = "hang_after is " + format_duration(spec_.hang_after);
  if (state_ == State::working) {
    evidence.push_back("no work total grew for " + format_duration(now - last_growth_) + "; " +
                       limit);
  } else {
    evidence.push_back("not ready " + format_duration(now - started_) + " after its start; " +
                       limit + ", raise it if loading takes longer");
  }
  evidence.push_back(describe_totals());
  if (inspect) {
    for (auto& line : inspect()) evidence.push_back(std::move(line));
  }
  incident(IncidentClass::workload_hang, Blame::board, std::move(evidence), now);
  actions_.push_back(SignalAction{SIGKILL});
  asked_ = Asked::by_hang;
  state_ = State::stopping;
  kill_at_ = now + kKillRepeat;
}

void Supervisor::exited(const ExitReport& report, Nanos now) {
  json body{{"workload", name_}, {"instance", instance_}, {"expected", asked_ != Asked::no}};
  if (report.signal != 0) {
    body["signal"] = signal_name(report.signal);
  } else {
    body["code"] = report.code;
  }
  if (asked_ != Asked::no) body["reason"] = asked_ == Asked::by_hang ? "hang" : "stop";
  emit(event_kind::kWorkExited, asked_ == Asked::no ? Severity::warning : Severity::info,
       dump_json(body), now);

  if (asked_ == Asked::by_controller) {
    state_ = State::idle;
    if (next_) start(*std::exchange(next_, std::nullopt), now);
  } else if (asked_ == Asked::by_hang || judge_exit(report, now)) {
    plan_restart(now);
  } else {
    state_ = State::down;
  }
}

bool Supervisor::judge_exit(const ExitReport& report, Nanos now) {
  // A signal is never excused: nobody refuses by crashing.
  const Excuse excuse = report.signal == 0 ? excuse_ : Excuse::none;
  if (excuse == Excuse::refused || excuse == Excuse::skipped) {
    give_up(excuse == Excuse::refused ? "it refused the model" : "it cannot be run here", now);
    return false;
  }
  std::vector<std::string> evidence;
  IncidentClass incident_class = IncidentClass::workload_crash;
  Blame blame = Blame::board;
  bool restart = true;
  if (report.signal == SIGKILL && report.oom_kills > 0) {
    incident_class = IncidentClass::oom;
    evidence.emplace_back("ended by SIGKILL (9), which the agent did not send");
    evidence.push_back("oom_kill in /proc/vmstat rose by " + std::to_string(report.oom_kills) +
                       " since its start");
  } else if (report.signal != 0) {
    evidence.push_back("ended by " + signal_name(report.signal));
    if (comes_from_outside(report.signal)) {
      blame = Blame::unknown;
      evidence.emplace_back("the agent did not send it, and no out-of-memory kill was counted");
    }
  } else if (report.code == 0) {
    evidence.emplace_back("ended by itself with exit code 0, unasked");
  } else {
    evidence.push_back("ended with exit code " + std::to_string(report.code));
    if (excuse == Excuse::unread) {
      blame = Blame::config;
      restart = false;
      evidence.emplace_back("not tried again: nothing that its program prints could be read");
    }
    if (state_ == State::loading && means_bad_config(report.code)) {
      blame = Blame::config;
      restart = false;
      evidence.emplace_back("not tried again: that code before it was ready means a bad command");
    }
  }
  evidence.push_back("it ran for " + format_duration(now - started_) + "; " + describe_totals());
  if (!report.stderr_tail.empty()) evidence.push_back("stderr: " + report.stderr_tail);
  incident(incident_class, blame, std::move(evidence), now);
  return restart;
}

void Supervisor::give_up(const char* reason, Nanos now) {
  emit(event_kind::kWorkRestart, Severity::alarm,
       dump_json({{"workload", name_},
                  {"attempt", restarts_},
                  {"budget", spec_.restart.budget},
                  {"after_s", nullptr},
                  {"gave_up", true},
                  {"reason", reason}}),
       now);
}

void Supervisor::plan_restart(Nanos now) {
  const RestartPolicy& policy = spec_.restart;
  if (restarts_ >= policy.budget) {
    state_ = State::down;
    give_up("the budget of restarts is spent", now);
    return;
  }
  Nanos wait = std::max<Nanos>(policy.backoff, 0);
  const Nanos longest = std::max(wait, kLongestBackoff);
  for (int i = 0; i < restarts_ && wait < longest; ++i) wait = std::min(wait * 2, longest);
  ++restarts_;
  state_ = State::backoff;
  restart_at_ = now + wait;
  emit(event_kind::kWorkRestart, Severity::warning,
       dump_json({{"workload", name_},
                  {"attempt", restarts_},
                  {"budget", policy.budget},
                  {"after_s", to_seconds(wait)}}),
       now);
}

void Supervisor::incident(IncidentClass incident_class, Blame blame,
                          std::vector<std::string> evidence, Nanos now) {
  emit(event_kind::kIncident, Severity::alarm,
       dump_json({{"class", to_string(incident_class)},
                  {"blame", to_string(blame)},
                  {"workload", name_},
                  {"instance", instance_},
                  {"evidence", evidence}}),
       now);
}

void Supervisor::emit(std::string_view kind, Severity severity, std::string body, Nanos now) {
  actions_.push_back(Event{now, {}, std::string(kind), severity, std::move(body)});
}

std::vector<Action> Supervisor::take_actions() { return std::exchange(actions_, {}); }

}  // namespace soakrig::agent
