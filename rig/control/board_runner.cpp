// SPDX-License-Identifier: Apache-2.0
#include "rig/control/board_runner.hpp"

#include <signal.h>

#include <algorithm>
#include <utility>

#include "rig/base/client_place.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::control {
namespace {

constexpr Nanos kSilence = 30 * kSecond;  // an agent reports its own cost every second
constexpr Nanos kHelloWithin = 25 * kSecond;  // of a link that was opened: it may start the agent
constexpr Nanos kRefused = 60 * kSecond;
constexpr Nanos kStopGrace = 5 * kSecond;

}  // namespace

BoardRunner::BoardRunner(boost::asio::io_context& io, const BoardSpec& spec, store::Writer& writer,
                         const Clock& clock, Nanos run_start, RunObserver& observer,
                         BoardHooks hooks, bool metered,
                         std::map<std::string, std::string> known)
    : spec_(spec), writer_(writer), clock_(clock), run_start_(run_start), observer_(observer),
      hooks_(std::move(hooks)), limits_(spec.limits), metered_(metered), known_(std::move(known)),
      session_(*this, clock, sender()),
      link_(io, clock,
            {.on_bytes = [this](std::string_view bytes) { session_.feed(bytes); },
             .on_open = [this] { on_open(); },
             .on_down = [this](const std::string& why) { on_down(why); }}) {
  id_ = writer_.add_board(spec_.name, "{}");
}

BoardRunner::~BoardRunner() = default;

board::AgentSession::Send BoardRunner::sender() {
  return [this](std::string line) {
    if (link_.write(std::move(line)) || leaving_) return;
    // What a detached agent was not told, it is told when the link is back.
    if (!detached()) lose("the agent no longer reads its commands", Blame::rig);
    link_.cut();
  };
}

Result<void> BoardRunner::start(const std::vector<std::string>& agent_argv, LinkTerms terms) {
  terms_ = std::move(terms);
  durable_ = terms_.memory.have;
  for (const auto& [stream, seq] : terms_.memory.have) session_.know(stream, seq);
  for (const auto& [boot_id, anchor] : terms_.memory.clocks) session_.know_clock(boot_id, anchor);
  // One loss: of the agent on the board itself, not of its client's beside it.
  if (detached() && terms_.gone_since && !is_client()) {
    note_outage("the controller was gone", *terms_.gone_since, Blame::rig);
  }
  return link_.start(agent_argv, detached());
}

void BoardRunner::on_open() {
  opened_at_ = clock_.boot_ns();
  if (detached()) session_.attach(terms_.run, terms_.controller);
}

void BoardRunner::on_down(const std::string& why) {
  if (lost_) return;
  if (leaving_) {
    // It ends by itself when it was told; where it was not, whoever is here can still do it.
    if (detached()) end_agent(SIGTERM);
  } else if (!detached()) {
    lose("the agent ended by itself: " + why, Blame::rig);
  } else if (greeted_) {
    note_outage("the link to the agent ended: " + why, clock_.boot_ns(), terms_.blame);
  }
}

void BoardRunner::note_outage(const std::string& why, Nanos since, Blame blame) {
  if (outage_) return;
  outage_ = Outage{since, why};
  store_own(event_kind::kLink, Severity::warning, dump_json({{"up", false}, {"reason", why}}),
            since);
  store_own(event_kind::kIncident, Severity::alarm,
            dump_json({{"class", std::string(to_string(IncidentClass::link_loss))},
                       {"blame", std::string(to_string(blame))},
                       {"evidence", {why}}}),
            since);
}

void BoardRunner::note_return(const agent::Hello& hello) {
  nlohmann::json body{{"up", true},
                      {"after_s", to_seconds(clock_.boot_ns() - outage_->since)},
                      {"same_agent", terms_.memory.have.contains(hello.stream) ||
                                     hello.stream == live_stream_}};
  store_own(event_kind::kLink, Severity::info, dump_json(body));
  if (const std::string before = boot_before(hello); !before.empty()) {
    store_own(event_kind::kBoot, Severity::alarm,
              dump_json({{"boot_id", hello.process.boot_id}, {"previous", before}}));
  }
  outage_.reset();
}

// The boot that this board was on when it was last heard, where that is another one; also while nobody
// drove the run.
std::string BoardRunner::boot_before(const agent::Hello& hello) const {
  const std::string& now = hello.process.boot_id;
  if (greeted_) return now == boot_id_ ? std::string() : boot_id_;
  const auto& clocks = terms_.memory.clocks;
  if (clocks.empty() || clocks.contains(now)) return {};
  return std::ranges::max_element(clocks, {}, [](const auto& each) { return each.second.to_ns; })
      ->first;
}

std::optional<Nanos> BoardRunner::away_since() const {
  return outage_ && !lost_ ? std::optional(outage_->since - run_start_) : std::nullopt;
}

// What runs on the board and what should: the one is made to be the other.
void BoardRunner::agree_on_work(const agent::Hello& hello) {
  const bool first = !greeted_;
  going_.clear();
  ready_.clear();
  for (const auto& [name, ready] : hello.running) {
    const bool wanted =
        first ? std::ranges::find(terms_.work, name) != terms_.work.end() : started_.contains(name);
    if (!wanted) {
      session_.stop_workload(name, kStopGrace);
    } else if (ready) {
      (first ? going_ : ready_).insert(name);
    }
  }
  for (const WorkloadSpec& workload : wanted_) {
    // One that is down for good stays down, whoever asks anew.
    if (hello.running.contains(workload.name) || down_.contains(workload.name)) continue;
    session_.start_workload(workload);
  }
}

void BoardRunner::on_stream(const std::string& stream, bool live) {
  stream_ = stream;
  live_ = live;
  sources_.clear();
}

void BoardRunner::on_refused(const Error& error) {
  const Nanos now = clock_.boot_ns();
  if (refused_since_ == 0) refused_since_ = now;
  // A link that is half dead holds its place for a while; a run that is gone on with waits for that.
  const bool waits = greeted_ || !terms_.memory.have.empty();
  if (!waits || now - refused_since_ > kRefused) {
    return lose("the agent refuses: " + error.message(), Blame::rig);  // it lives, and has its reasons
  }
  link_.cut();
}

void BoardRunner::refuse(const std::string& why) { lose(why, Blame::rig); }

store::Cursor BoardRunner::cursor(std::uint64_t seq) const { return {id_, stream_, seq}; }

void BoardRunner::on_hello(const agent::Hello& hello) {
  link_.works();
  refused_since_ = 0;
  const std::optional<Nanos> away = away_since();
  const std::string before = boot_before(hello);
  if (outage_) note_return(hello);
  if (detached()) {
    for (const auto& [stream, seq] : durable_) session_.acknowledge(seq, stream);
    if (leaving_) return bye();
    agree_on_work(hello);
  }
  greeted_ = true;
  agent_ = hello.process;
  boot_id_ = hello.process.boot_id;
  if (hello.stream == live_stream_) return;
  live_stream_ = hello.stream;
  if (is_client()) return;  // its facts are the rig's
  nlohmann::json facts = known_;
  for (const auto& [key, value] : hello.board) facts[key] = value;
  facts["agent"] = hello.agent;
  facts["boot_id"] = hello.process.boot_id;
  writer_.set_board_facts(id_, dump_json(facts));
  store_own(event_kind::kFacts, Severity::info, dump_json(facts));
  if (hooks_.on_agent) hooks_.on_agent(boot_id_, before, away);
}

void BoardRunner::on_source(std::uint32_t source, const SourceInfo& info) {
  SourceInfo named = info;
  for (ChannelInfo& channel : named.channels) {
    if (metered_ && channel.name == "board.power") channel.name = "board.power_self";
    // What it costs itself is no cost of the board's.
    if (is_client() && channel.name.starts_with("agent.")) channel.name = "rig_" + channel.name;
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
  to_commit_ = leaving_;
  for (Nanos& taken : batch.taken) taken = std::max<Nanos>(0, taken - run_start_);
  observer_.on_rows(spec_.name, source.info, batch);
  for (const LimitChange& change : limits_.feed(source.info, batch)) hooks_.on_limit(change);
  if (waiting_.empty() && store_batch(source.id, batch, cursor(seq))) return;
  // The store has no room: keep this one, and let the agent's pipe fill up behind it.
  waiting_.push_back(Waiting{source.id, std::move(batch), cursor(seq)});
  link_.pause(true);
}

bool BoardRunner::store_batch(store::SourceId id, Batch& batch, const store::Cursor& where) {
  const auto stored = writer_.try_submit(id, batch, where);
  return !stored || *stored;  // a failed store has been reported by itself; nothing to wait for
}

void BoardRunner::on_event(Event event, std::uint64_t seq) {
  to_commit_ = leaving_;
  event.t = std::max<Nanos>(0, event.t - run_start_);
  event.board = spec_.name;
  if (live_) note_work(event);  // of an agent that is gone, nothing runs any more
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
  if (event.kind == event_kind::kWorkExited) {
    ready_.erase(*name);
    going_.erase(*name);
  }
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

void BoardRunner::store_own(std::string_view kind, Severity severity, std::string body,
                            std::optional<Nanos> at) {
  Event event{at.value_or(clock_.boot_ns()) - run_start_, spec_.name, std::string(kind), severity,
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
  if (!outage_) {  // else it is one already
    store_own(event_kind::kIncident, Severity::alarm,
              dump_json({{"class", std::string(to_string(IncidentClass::link_loss))},
                         {"blame", std::string(to_string(blame))},
                         {"evidence", {why}}}));
  }
  link_.close();
  if (detached()) end_agent(SIGTERM);
  hooks_.on_lost(why);
}

// Where the agent is on this machine it can be ended without being told.
void BoardRunner::end_agent(int signal) {
  if (!agent_.boot_id.empty() && agent_.boot_id == current_boot_id()) {
    signal_process(agent_, signal);
  }
}

void BoardRunner::start_work(std::vector<WorkloadSpec> workloads) {
  std::erase_if(workloads, [this](const WorkloadSpec& workload) {
    return asks_from_rig(workload, spec_) != is_client();
  });
  for (WorkloadSpec& workload : workloads) {
    for (std::string& word : workload.argv) {
      if (asks_engine(workload)) word = with_board_host(word, engine_host_);
      if (const auto there = moved_.find(word); there != moved_.end()) word = there->second;
    }
  }
  started_.clear();
  ready_.clear();
  down_.clear();
  wanted_ = std::move(workloads);
  for (const WorkloadSpec& workload : wanted_) {
    started_.insert(workload.name);
    if (going_.contains(workload.name)) ready_.insert(workload.name);
    session_.start_workload(workload);
  }
}

void BoardRunner::stop_work() {
  if (!started_.empty()) session_.stop_workload("", kStopGrace);
  started_.clear();
  wanted_.clear();
  going_.clear();
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
  if (durable.board != id_) return;
  durable_[durable.stream] = durable.seq;
  if (lost_ || !session_.greeted()) return;
  if (detached()) {
    session_.acknowledge(durable.seq, durable.stream);
  } else if (durable.stream == stream_ && !leaving_) {
    session_.acknowledge(durable.seq);
  }
}

void BoardRunner::watch_link(Nanos now) {
  const Nanos heard = std::max(session_.last_heard(), opened_at_);
  if (outage_ && now - outage_->since > terms_.patience) {
    return lose("the agent was away for longer than " + format_duration(terms_.patience),
                terms_.blame);
  }
  if (!link_.open() || !waiting_.empty()) return;
  const Nanos allowed = session_.greeted() ? kSilence : kHelloWithin;
  if (now - heard <= allowed) return;
  if (greeted_) note_outage("the agent has been silent for " + format_duration(allowed), now, terms_.blame);
  link_.cut();
}

void BoardRunner::tick() {
  const Nanos now = clock_.boot_ns();
  while (!waiting_.empty() &&
         store_batch(waiting_.front().id, waiting_.front().batch, waiting_.front().cursor)) {
    waiting_.erase(waiting_.begin());
    if (waiting_.empty()) link_.pause(false);
  }
  if (!lost_ && !(leaving_ && told_bye_)) link_.tick();
  if (std::exchange(to_commit_, false)) writer_.request_commit();  // the agent waits for it
  if (now - last_tick_ < kSecond) return;
  last_tick_ = now;
  session_.tick();
  if (lost_ || leaving_) return;
  if (detached()) return watch_link(now);
  if (session_.greeted() && waiting_.empty() && now - session_.last_heard() > kSilence) {
    lose("the agent has been silent for " + format_duration(kSilence), Blame::unknown);
  }
}

bool BoardRunner::ended() const {
  if (!detached() || lost_ || killed_) return !link_.open();
  return told_bye_ && !link_.open();
}

void BoardRunner::bye() {
  leaving_ = true;
  if (lost_ || !session_.greeted() || !link_.open()) return;
  told_bye_ = true;
  session_.bye();
}

void BoardRunner::kill() {
  leaving_ = killed_ = true;
  link_.close();
  if (detached()) end_agent(SIGKILL);
}

}  // namespace soakrig::control
