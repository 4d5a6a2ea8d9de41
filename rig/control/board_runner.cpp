// SPDX-License-Identifier: Apache-2.0
#include "rig/control/board_runner.hpp"

#include <signal.h>

#include <algorithm>

#include "rig/base/json_guard.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::control {
namespace {

constexpr Nanos kSilence = 30 * kSecond;  // an agent reports its own cost every second

}  // namespace

BoardRunner::BoardRunner(boost::asio::io_context& io, const BoardSpec& spec, store::Writer& writer,
                         const Clock& clock, Nanos run_start, RunObserver& observer,
                         BoardHooks hooks, bool metered,
                         std::map<std::string, std::string> known)
    : io_(io), spec_(spec), writer_(writer), clock_(clock), run_start_(run_start),
      observer_(observer), hooks_(std::move(hooks)), limits_(spec.limits), metered_(metered), known_(std::move(known)),
      session_(*this, clock,
               [this](std::string line) {
                 if (child_ && !child_->write(std::move(line)) && !leaving_) {
                   lose("the agent no longer reads its commands", Blame::rig);
                 }
               }) {
  id_ = writer_.add_board(spec_.name, "{}");
}

BoardRunner::~BoardRunner() = default;

Result<void> BoardRunner::start(const std::vector<std::string>& agent_argv) {
  auto child = board::ChildProcess::start(
      io_, agent_argv,
      {.on_output = [this](std::string_view bytes) { session_.feed(bytes); },
       .on_exit =
           [this](board::ExitStatus status) {
             if (!leaving_) lose("the agent ended by itself: " + status.text(), Blame::rig);
           }});
  if (!child) return child.error();
  child_ = std::move(*child);
  return {};
}

store::Cursor BoardRunner::cursor(std::uint64_t seq) const { return {id_, stream_, seq}; }

void BoardRunner::on_hello(const agent::Hello& hello) {
  stream_ = hello.stream;
  boot_id_ = hello.process.boot_id;
  nlohmann::json facts = known_;
  for (const auto& [key, value] : hello.board) facts[key] = value;
  facts["agent"] = hello.agent;
  facts["boot_id"] = hello.process.boot_id;
  writer_.set_board_facts(id_, dump_json(facts));
  store_own(event_kind::kFacts, Severity::info, dump_json(facts));
}

void BoardRunner::on_source(std::uint32_t source, const SourceInfo& info) {
  SourceInfo named = info;
  for (ChannelInfo& channel : named.channels) {
    if (metered_ && channel.name == "board.power") channel.name = "board.power_self";
  }
  sources_[source] = Source{writer_.add_source(id_, named), named};
}

void BoardRunner::on_clock(const ClockAnchor& anchor) {
  ClockAnchor to_run = anchor;
  to_run.to_ns -= run_start_;
  if (auto stored = writer_.anchor({id_, boot_id_, to_run}); !stored) return;  // reported once
}

void BoardRunner::on_batch(Batch batch, std::uint64_t seq) {
  const Source& source = sources_.at(batch.source);
  for (Nanos& taken : batch.taken) taken = std::max<Nanos>(0, taken - run_start_);
  observer_.on_rows(spec_.name, source.info, batch);
  for (const LimitChange& change : limits_.feed(source.info, batch)) hooks_.on_limit(change);
  if (waiting_.empty() && store_batch(source.id, batch, cursor(seq))) return;
  // The store has no room: keep this one, and let the agent's pipe fill up behind it.
  waiting_.push_back(Waiting{source.id, std::move(batch), cursor(seq)});
  child_->pause_output(true);
}

bool BoardRunner::store_batch(store::SourceId id, Batch& batch, const store::Cursor& where) {
  const auto stored = writer_.try_submit(id, batch, where);
  return !stored || *stored;  // a failed store has been reported by itself; nothing to wait for
}

void BoardRunner::on_event(Event event, std::uint64_t seq) {
  event.t = std::max<Nanos>(0, event.t - run_start_);
  event.board = spec_.name;
  note_work(event);
  if (auto stored = writer_.event(event, cursor(seq)); !stored) return;
  observer_.on_event(event);
  hooks_.on_event(event);
}

void BoardRunner::note_work(const Event& event) {
  const auto body = parse_json(event.body);
  if (!body) return;
  const auto name = json_get<std::string>(*body, "workload");
  if (!name) return;
  if (event.kind == event_kind::kWorkReady) ready_.insert(*name);
  if (event.kind == event_kind::kWorkExited) ready_.erase(*name);
  // Down for good: the budget of restarts is spent, or its command line cannot work.
  const bool gave_up = event.kind == event_kind::kWorkRestart &&
                       json_get<bool>(*body, "gave_up").value_or(false);
  const bool bad_command = event.kind == event_kind::kIncident &&
                           json_get<std::string>(*body, "blame") == to_string(Blame::config);
  if (gave_up || bad_command) down_.insert(*name);
}

void BoardRunner::on_protocol_fault(const Error& error, bool fatal) {
  store_own(event_kind::kLink, Severity::warning,
            dump_json({{"up", !fatal}, {"reason", "agent protocol: " + error.message()}}));
  if (fatal) lose("the agent broke its protocol: " + error.message(), Blame::rig);
}

void BoardRunner::store_own(std::string_view kind, Severity severity, std::string body) {
  Event event{clock_.boot_ns() - run_start_, spec_.name, std::string(kind), severity,
              std::move(body)};
  if (auto stored = writer_.event(event); !stored) return;
  observer_.on_event(event);
  hooks_.on_event(event);
}

void BoardRunner::lose(const std::string& why, Blame blame) {
  if (lost_) return;
  lost_ = true;
  store_own(event_kind::kLink, Severity::alarm, dump_json({{"up", false}, {"reason", why}}));
  if (blame == Blame::rig) {
    store_own(event_kind::kRigFault, Severity::alarm, dump_json({{"what", why}}));
  }
  store_own(event_kind::kIncident, Severity::alarm,
            dump_json({{"class", std::string(to_string(IncidentClass::link_loss))},
                       {"blame", std::string(to_string(blame))},
                       {"evidence", {why}}}));
  if (child_) child_->signal(SIGKILL);
  hooks_.on_lost(why);
}

void BoardRunner::start_work(const std::vector<WorkloadSpec>& workloads) {
  started_.clear();
  ready_.clear();
  down_.clear();
  for (const WorkloadSpec& workload : workloads) {
    started_.insert(workload.name);
    session_.start_workload(workload);
  }
}

void BoardRunner::stop_work() {
  if (!started_.empty()) session_.stop_workload("", 5 * kSecond);
  started_.clear();
}

bool BoardRunner::work_ready() const {
  return lost_ || std::ranges::all_of(started_, [this](const std::string& name) {
           return ready_.contains(name) || down_.contains(name);
         });
}

bool BoardRunner::work_dead() const {
  return lost_ || (!started_.empty() && std::ranges::all_of(started_, [this](const auto& name) {
                     return down_.contains(name);
                   }));
}

void BoardRunner::acknowledge(const store::Cursor& durable) {
  if (durable.board == id_ && durable.stream == stream_ && !lost_ && !leaving_) {
    session_.acknowledge(durable.seq);
  }
}

void BoardRunner::tick() {
  const Nanos now = clock_.boot_ns();
  while (!waiting_.empty() &&
         store_batch(waiting_.front().id, waiting_.front().batch, waiting_.front().cursor)) {
    waiting_.erase(waiting_.begin());
    if (waiting_.empty()) child_->pause_output(false);
  }
  if (now - last_tick_ < kSecond) return;
  last_tick_ = now;
  session_.tick();
  if (session_.greeted() && waiting_.empty() && !leaving_ &&
      now - session_.last_heard() > kSilence) {
    lose("the agent has been silent for " + format_duration(kSilence), Blame::unknown);
  }
}

void BoardRunner::bye() {
  leaving_ = true;
  if (child_ && child_->running() && !lost_) session_.bye();
}

void BoardRunner::kill() {
  leaving_ = true;
  if (child_) child_->signal(SIGKILL);
}

}  // namespace soakrig::control
