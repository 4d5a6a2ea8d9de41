// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/relay.hpp"

#include <algorithm>
#include <utility>

#include "rig/base/agent_protocol.hpp"

namespace soakrig::agent {

namespace {

std::string mark_of(const Spool& spool) {
  StreamMark mark;
  mark.stream = spool.head().stream;
  mark.boot_id = spool.head().boot_id;
  mark.first = spool.acknowledged() + 1;
  mark.last = spool.last();
  if (!spool.clocks().empty()) {
    mark.clock_boot_ns = spool.clocks().back().boot_ns;
    mark.clock_utc_ns = spool.clocks().back().utc_ns;
  }
  return encode(Up{std::move(mark)});
}

}  // namespace

Relay::Relay(Spool live, std::vector<Spool> past) : live_(std::move(live)), past_(std::move(past)) {
  // What was acknowledged before its agent died is not there any more.
  std::erase_if(past_, [](Spool& spool) {
    if (!spool.empty()) return false;
    spool.remove();
    return true;
  });
}

std::size_t Relay::capacity() const {
  const std::size_t budget = live_.budget();
  return budget - std::min(budget / 8, kEventReserve);
}

bool Relay::room() const {
  return outbox_ != nullptr && !outbox_->broken() && outbox_->bytes() < kWindow;
}

bool Relay::push(std::string line, LineKind kind) {
  const bool own = stream_ == live_.head().stream;
  switch (kind) {
    case LineKind::greeting: return true;  // said anew to every controller
    case LineKind::announcement:
      // Before its first batch; not into the stream of another agent.
      if (own && outbox_ != nullptr && !outbox_->push(line)) outbox_->break_link();
      live_.announce(std::move(line));
      return true;
    case LineKind::batch:
      if (live_.bytes() + line.size() > capacity()) return false;
      break;
    case LineKind::event: break;
  }
  const bool direct = own && live_.at_end() && room();
  if (!live_.append(line)) return false;
  if (direct && outbox_->push(std::move(line))) live_.skip_last();
  return true;
}

bool Relay::push_urgent(std::string line) {
  return outbox_ != nullptr && outbox_->push_urgent(std::move(line));
}

void Relay::flush() {
  if (outbox_ == nullptr) return;
  outbox_->flush();
  pump();
  std::erase_if(past_, [this](Spool& spool) {
    // One that is being read stays until the next one has begun.
    if (!spool.empty() || spool.head().stream == stream_) return false;
    spool.remove();
    return true;
  });
}

void Relay::attach(Outbox& outbox, std::string greeting,
                   const std::map<std::string, std::uint64_t>& have) {
  outbox_ = &outbox;
  have_ = {have.begin(), have.end()};
  stream_.clear();
  if (!outbox_->push(std::move(greeting))) outbox_->break_link();
  flush();
}

void Relay::detach() {
  outbox_ = nullptr;
  stream_.clear();
}

// The next stream that is not delivered yet: its mark, its sources, its place.
void Relay::begin_stream() {
  std::size_t next = 0;
  while (next < past_.size() && past_[next].head().stream != stream_) ++next;
  next = stream_.empty() ? 0 : next + 1;
  Spool& spool = next < past_.size() ? past_[next] : live_;
  stream_ = spool.head().stream;
  const auto found = have_.find(stream_);
  spool.seek(found == have_.end() ? 0 : found->second);
  bool fits = outbox_->push(mark_of(spool));
  for (const std::string& line : spool.announcements()) fits = outbox_->push(line) && fits;
  if (!fits) outbox_->break_link();  // more sources than any link can be told of
}

void Relay::pump() {
  while (room()) {
    if (stream_.empty()) begin_stream();
    const auto past = std::ranges::find(past_, stream_,
                                        [](const Spool& s) { return s.head().stream; });
    Spool& spool = past != past_.end() ? *past : live_;
    auto line = spool.next();
    if (!line) {
      if (&spool == &live_) break;
      begin_stream();
      continue;
    }
    if (!outbox_->push(std::move(*line))) break;
  }
  if (outbox_ != nullptr) outbox_->flush();
}

void Relay::acknowledge(std::string_view stream, std::uint64_t seq) {
  if (stream.empty() || stream == live_.head().stream) return live_.acknowledge(seq);
  const auto found =
      std::ranges::find(past_, stream, [](const Spool& s) { return std::string_view(s.head().stream); });
  if (found != past_.end()) found->acknowledge(seq);
}

bool Relay::written() const {
  if (outbox_ == nullptr || outbox_->broken()) return true;
  return outbox_->empty() && stream_ == live_.head().stream && live_.at_end();
}

}  // namespace soakrig::agent
