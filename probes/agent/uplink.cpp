// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/uplink.hpp"

#include <algorithm>
#include <utility>

#include "rig/base/json_guard.hpp"

namespace soakrig::agent {

namespace {

void clear(BatchMessage& message) {
  message.batch.taken.clear();
  message.batch.values.clear();
  message.batch.states.clear();
}

}  // namespace

Uplink::Uplink(LineSink& sink, const Clock& clock) : sink_(sink), clock_(clock) {}

void Uplink::hello(const Hello& hello) {
  // The first line always fits: the queue is empty.
  if (sink_.push(encode(Up{hello}), LineKind::greeting)) sink_.flush();
}

std::uint32_t Uplink::announce(SourceInfo info) {
  const auto number = static_cast<std::uint32_t>(sources_.size());
  if (number >= kMaxSources) {
    event(Event{clock_.boot_ns(),
                {},
                std::string(event_kind::kRigFault),
                Severity::warning,
                dump_json({{"what", "no source number left for " + info.name},
                           {"remedy", "start the agent anew"}})});
    return number;
  }
  auto source = std::make_unique<Source>();
  source->name = info.name;
  source->period = info.period;
  BatchMessage& batch = batch_of(*source);
  batch.dt = info.period;
  batch.batch.source = number;
  batch.batch.columns = static_cast<std::uint32_t>(info.channels.size());
  source->announcement = encode(Up{Announce{number, std::move(info)}});
  if (sink_.push(source->announcement, LineKind::announcement)) source->announcement.clear();
  sources_.push_back(std::move(source));
  return number;
}

// A spool that fills keeps a row a second of each fast source, later a row in ten of each source.
bool Uplink::thins_out(Source& source, Nanos scheduled) const {
  const std::size_t used = sink_.bytes(), all = sink_.capacity();
  const bool fast = source.period < kSecond;
  Nanos apart = 0;
  if (used >= all / 4 * 3) {
    apart = 10 * std::max(source.period, kSecond);
  } else if (fast && (used >= all / 2 || source.lost_rows > 0)) {
    apart = kSecond;
  }
  if (apart == 0) return false;
  if (source.kept_at != 0 && scheduled - source.kept_at < apart) return true;
  source.kept_at = scheduled;
  return false;
}

bool Uplink::sheds(Source& source, Nanos scheduled) const {
  if (sink_.thins()) return thins_out(source, scheduled);
  const std::size_t used = sink_.bytes(), all = sink_.capacity();
  if (used >= all / 4 * 3) return true;
  // Once a source has lost rows it stays shed until its gap could be told: one gap, not hundreds.
  if (source.lost_rows > 0) return true;
  return used >= all / 2 && source.period > 0 && source.period < kSecond;
}

void Uplink::row(std::uint32_t number, Nanos scheduled, Nanos taken, std::span<const double> values,
                 std::span<const State> states) {
  if (number >= sources_.size() || sink_.broken()) return;
  Source& source = *sources_[number];
  BatchMessage& message = batch_of(source);
  Batch& batch = message.batch;
  if (batch.columns == 0) return;
  RIG_ASSERT(values.size() == batch.columns);
  if (sheds(source, scheduled)) {
    if (source.lost_rows++ == 0) source.lost_from = taken;
    source.lost_to = taken;
    ++lost_rows_;
    return;
  }
  const auto next_point = [&] {
    return message.t0 + static_cast<Nanos>(batch.rows()) * message.dt;
  };
  // A batch of a grid source has no holes: a missed point begins a new one.
  if (source.period > 0 && batch.rows() > 0 && scheduled != next_point()) send(source);
  if (batch.rows() == 0) message.t0 = scheduled;
  batch.add_row(taken, values.data(), states.empty() ? nullptr : states.data());
  const bool full =
      source.period > 0 ? next_point() - message.t0 >= kBatchSpan : batch.rows() >= kIrregularRows;
  if (full || !source.sent) send(source);
}

void Uplink::send(Source& source) {
  BatchMessage& message = batch_of(source);
  if (message.batch.rows() == 0) return;
  // Without its announcement a row means nothing: it goes first, if there was no room for it
  // before.
  if (!source.announcement.empty() && sink_.push(source.announcement, LineKind::announcement)) {
    source.announcement.clear();
  }
  message.seq = seq_ + 1;
  if (source.announcement.empty() && sink_.push(encode(source.message), LineKind::batch)) {
    ++seq_;
    source.sent = true;
  } else {
    if (source.lost_rows == 0) source.lost_from = message.batch.taken.front();
    source.lost_rows += message.batch.rows();
    lost_rows_ += message.batch.rows();
    source.lost_to = message.batch.taken.back();
  }
  clear(message);
}

void Uplink::send_irregular() {
  for (auto& source : sources_) {
    if (source->period == 0) send(*source);
  }
}

bool Uplink::push_event(const Event& event) {
  EventMessage message{seq_ + 1, event};
  message.event.board.clear();
  if (!sink_.push(encode(Up{std::move(message)}), LineKind::event)) return false;
  ++seq_;
  return true;
}

void Uplink::event(const Event& event) {
  if (sink_.broken()) return;
  send_irregular();
  if (!push_event(event)) ++lost_events_;
}

void Uplink::pong(std::uint64_t n) {
  // Pings that nobody reads the answers of are not answered: the next one will be.
  if (sink_.bytes() > sink_.capacity() / 4 * 3) return;
  if (sink_.push_urgent(encode(Up{Pong{n, clock_.boot_ns()}}))) sink_.flush();
}

std::string_view Uplink::lost_why() const {
  return sink_.thins() ? "the controller was away, and the agent's spool was full"
                       : "the controller did not read, and the agent's queue was full";
}

void Uplink::tell_losses() {
  if ((lost_rows_ == 0 && lost_events_ == 0) || sink_.bytes() > sink_.capacity() / 4) return;
  const Nanos now = clock_.boot_ns();
  for (auto& source : sources_) {
    if (source->lost_rows == 0) continue;
    const bool told = push_event(Event{
        now,
        {},
        std::string(event_kind::kGap),
        Severity::warning,
        dump_json({{"source", source->name},
                   {"lasted_s", to_seconds(source->lost_to - source->lost_from)},
                   {"rows", source->lost_rows},
                   {"reason", lost_why()}})});
    if (!told) return;
    lost_rows_ -= source->lost_rows;
    source->lost_rows = 0;
  }
  if (lost_events_ == 0) return;
  if (push_event(
          Event{now,
                {},
                std::string(event_kind::kRigFault),
                Severity::alarm,
                dump_json({{"what", std::to_string(lost_events_) + " event(s) were lost: " +
                                        std::string(lost_why())},
                           {"remedy", "see why the controller stood still"}})})) {
    lost_events_ = 0;
  }
}

void Uplink::heartbeat() {
  if (sink_.broken()) return;
  send_irregular();
  tell_losses();
}

void Uplink::flush_all() {
  if (sink_.broken()) return;
  for (auto& source : sources_) send(*source);
  tell_losses();
}

}  // namespace soakrig::agent
