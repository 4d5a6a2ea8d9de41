// SPDX-License-Identifier: Apache-2.0
#include "rig/board/agent_session.hpp"

#include <utility>

#include "rig/base/process_id.hpp"

namespace soakrig::board {
namespace {

constexpr Nanos kPingEvery = 10 * kSecond;
constexpr std::size_t kMaxOpenPings = 16;
constexpr Nanos kLongestAway = 366 * 24 * kHour;  // of an agent that is alone

}  // namespace

AgentSession::AgentSession(SessionSink& sink, const Clock& clock, Send send)
    : sink_(sink), clock_(clock), send_(std::move(send)) {}

void AgentSession::attach(const std::string& run, const std::string& controller) {
  lines_ = LineBuffer(agent::kMaxLine);
  overlong_seen_ = 0;
  columns_.clear();
  pings_.clear();
  greeted_ = refused_ = false;
  agent::Attach wish;
  wish.run = run;
  wish.controller = controller;
  wish.have = streams_;
  send_(agent::encode(agent::Down{std::move(wish)}));
}

void AgentSession::know_clock(const std::string& boot_id, const ClockAnchor& anchor) {
  clocks_[boot_id].sample(anchor.to_ns - anchor.error_ns, anchor.to_ns + anchor.error_ns,
                          anchor.from_ns);
}

void AgentSession::feed(std::string_view bytes) {
  if (dead_ || refused_) return;
  lines_.append(bytes);
  while (auto line = lines_.next()) {
    auto parsed = agent::parse_up(*line);
    if (!parsed) {
      fault(parsed.error());
    } else if (!greeted_ && !std::holds_alternative<agent::Hello>(*parsed) &&
               !std::holds_alternative<agent::Refused>(*parsed)) {
      fault(Error{Errc::protocol, "the agent spoke before it said hello"}, true);
    } else {
      last_heard_ = clock_.boot_ns();
      std::visit([this](auto& message) { handle(message); }, *parsed);
    }
    if (dead_ || refused_) return;
  }
  if (lines_.overlong() != overlong_seen_) {
    overlong_seen_ = lines_.overlong();
    fault(Error{Errc::full, "the agent sent a line longer than " +
                                std::to_string(agent::kMaxLine) + " bytes"});
  }
}

void AgentSession::handle(const agent::Hello& hello) {
  if (greeted_) return fault(Error{Errc::protocol, "the agent said hello twice"}, true);
  if (hello.version != agent::kProtocolVersion) {
    return fault(Error{Errc::unsupported,
                       "the agent speaks protocol " + std::to_string(hello.version) +
                           ", this controller " + std::to_string(agent::kProtocolVersion),
                       "use an agent and a controller of the same release"},
                 true);
  }
  greeted_ = true;
  live_stream_ = stream_ = hello.stream;
  live_boot_ = boot_id_ = hello.process.boot_id;
  const Nanos now = clock_.boot_ns();
  ClockSync& sync = clocks_[live_boot_];
  if (live_boot_ == current_boot_id()) {
    sync.same_clock();
  } else if (!sync.anchor()) {
    // Good to the time that the line took; the first ping replaces it.
    sync.sample(now - kSecond, now, hello.boot_ns);
  }
  sink_.on_hello(hello);
  if (!hello.detached) sink_.on_stream(stream_, true);
  sink_.on_clock(*sync.anchor());
  ping();
}

void AgentSession::handle(const agent::StreamMark& mark) {
  columns_.clear();
  stream_ = mark.stream;
  boot_id_ = mark.boot_id;
  if (stream_ == live_stream_ && boot_id_ != live_boot_) {
    return fault(Error{Errc::protocol, "the agent says that it is of another boot"}, true);
  }
  ClockSync& sync = clocks_[boot_id_];
  if (!sync.anchor() && mark.clock_utc_ns != 0) place_boot(mark);
  sink_.on_stream(stream_, stream_ == live_stream_);
}

// A boot that this run never met: by the wall clocks of both. A board without a battery may have stood
// in 1970 then; of what it left only this is known, that it was before the boot that speaks now.
void AgentSession::place_boot(const agent::StreamMark& mark) {
  ClockSync& sync = clocks_[boot_id_];
  const Nanos now = clock_.boot_ns();
  const Nanos by_wall = now - (clock_.utc_ns() - mark.clock_utc_ns);
  const Nanos latest = clocks_[live_boot_].anchor()->map(0);
  if (by_wall <= latest + kSecond && by_wall > now - kLongestAway) {
    return sync.sample(by_wall - kSecond, by_wall + kSecond, mark.clock_boot_ns);
  }
  sync.sample(latest - kMinute, latest, mark.clock_boot_ns);
  fault(Error{Errc::protocol,
              "the board's wall clock was wrong in an earlier boot: what that left is placed just "
              "before the boot that followed",
              "give the board a clock with a battery, or let it wait for NTP"});
}

void AgentSession::handle(const agent::Refused& refused) {
  refused_ = true;
  sink_.on_refused(Error{Errc::busy, refused.what, refused.remedy});
}

// Its boot's clock is known; without it a time of it means nothing.
bool AgentSession::placed() {
  if (clocks_[boot_id_].anchor()) return true;
  fault(Error{Errc::protocol, "stream " + stream_ + " is of a boot whose clock nobody knows"});
  return false;
}

void AgentSession::handle(const agent::Announce& announce) {
  if (columns_.contains(announce.source)) {
    return fault(Error{Errc::protocol, "the agent announced source " +
                                           std::to_string(announce.source) + " twice"});
  }
  columns_[announce.source] = static_cast<std::uint32_t>(announce.info.channels.size());
  sink_.on_source(announce.source, announce.info);
}

bool AgentSession::accept_seq(std::uint64_t seq) {
  std::uint64_t& last = streams_[stream_];
  if (seq <= last) return false;  // seen already: exactly once
  if (seq != last + 1) {
    fault(Error{Errc::protocol, "numbers " + std::to_string(last + 1) + " to " +
                                    std::to_string(seq - 1) + " of the agent are missing"});
  }
  last = seq;
  return true;
}

void AgentSession::handle(agent::BatchMessage& message) {
  const auto known = columns_.find(message.batch.source);
  if (known == columns_.end() || known->second != message.batch.columns) {
    return fault(Error{Errc::protocol, "a batch for source " +
                                           std::to_string(message.batch.source) +
                                           " does not fit its announcement"});
  }
  if (!placed() || !accept_seq(message.seq)) return;
  ClockSync& sync = clocks_[boot_id_];
  // A clock that claims the future would place samples after the run's end.
  const Nanos newest = clock_.boot_ns() + kMinute;
  for (Nanos& taken : message.batch.taken) {
    taken = sync.map(taken);
    if (taken > newest) return fault(Error{Errc::protocol, "a batch from the future"});
  }
  sink_.on_batch(std::move(message.batch), message.seq);
}

void AgentSession::handle(agent::EventMessage& message) {
  if (!placed() || !accept_seq(message.seq)) return;
  message.event.t = clocks_[boot_id_].map(message.event.t);
  sink_.on_event(std::move(message.event), message.seq);
}

void AgentSession::handle(const agent::Pong& pong) {
  const auto asked = pings_.find(pong.n);
  if (asked == pings_.end()) return;
  ClockSync& sync = clocks_[live_boot_];
  sync.sample(asked->second, clock_.boot_ns(), pong.agent_ns);
  pings_.erase(asked);
  sink_.on_clock(*sync.anchor());
}

void AgentSession::fault(Error error, bool fatal) {
  ++faults_;
  dead_ = fatal || faults_ >= kMaxFaults;
  sink_.on_protocol_fault(error, dead_);
}

void AgentSession::ping() {
  last_ping_ = clock_.boot_ns();
  if (pings_.size() >= kMaxOpenPings) pings_.erase(pings_.begin());
  pings_[next_ping_] = last_ping_;
  send_(agent::encode(agent::Down{agent::Ping{next_ping_++}}));
}

void AgentSession::tick() {
  if (greeted_ && !dead_ && clock_.boot_ns() - last_ping_ >= kPingEvery) ping();
}

void AgentSession::start_workload(const WorkloadSpec& workload) {
  send_(agent::encode(agent::Down{agent::Start{workload}}));
}

void AgentSession::stop_workload(const std::string& name, Nanos grace) {
  send_(agent::encode(agent::Down{agent::Stop{name, grace}}));
}

void AgentSession::acknowledge(std::uint64_t seq, const std::string& stream) {
  send_(agent::encode(agent::Down{agent::Ack{seq, stream}}));
}

void AgentSession::bye() { send_(agent::encode(agent::Down{agent::Bye{}})); }

}  // namespace soakrig::board
