// SPDX-License-Identifier: Apache-2.0
#include "rig/control/instrument_feed.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "rig/base/json_guard.hpp"

namespace soakrig::control {

struct InstrumentFeed::Fed {
  std::string board;
  instruments::Instrument* instrument = nullptr;
  store::SourceId id = 0;
  LimitWatch limits{{}};
  std::function<void(const LimitChange&)> on_limit;
};

InstrumentFeed::InstrumentFeed(boost::asio::io_context& io, store::Writer& writer,
                               Nanos run_start, RunObserver& observer)
    : io_(io), writer_(writer), run_start_(run_start), observer_(observer) {}

InstrumentFeed::~InstrumentFeed() { stop(); }

void InstrumentFeed::add(store::BoardId board, const std::string& board_name,
                         instruments::Instrument& instrument, std::vector<Limit> limits,
                         std::function<void(const LimitChange&)> on_limit) {
  auto fed = std::make_unique<Fed>();
  fed->board = board_name;
  fed->instrument = &instrument;
  fed->id = writer_.add_source(board, instrument.source());
  fed->limits = LimitWatch(std::move(limits));
  fed->on_limit = std::move(on_limit);
  Fed& self = *fed;
  fed_.push_back(std::move(fed));
  instrument.start(
      self.id,
      {.rows = [this, &self](const Batch& batch) {
         boost::asio::post(io_, [this, &self, copy = batch]() mutable { take(self, copy); });
       },
       .event = [this, &self](const Event& event) {
         boost::asio::post(io_, [this, &self, copy = event]() mutable {
           copy.t = std::max<Nanos>(0, copy.t - run_start_);
           copy.board = self.board;
           if (auto stored = writer_.event(copy); stored) observer_.on_event(copy);
         });
       }});
}

void InstrumentFeed::take(Fed& fed, Batch batch) {
  if (stopped_) return;  // its instrument may be gone
  for (Nanos& taken : batch.taken) taken = std::max<Nanos>(0, taken - run_start_);
  const SourceInfo& source = fed.instrument->source();
  for (std::size_t column = 0; column < source.channels.size(); ++column) {
    const std::string& name = source.channels[column].name;
    const bool air = name == "chamber.temperature";
    if ((!air && name != "board.power") || batch.rows() == 0) continue;
    const std::size_t last = batch.rows() - 1;
    const bool good = batch.state(last, column) == State::good;
    // Named first: g++ 12 assigns rubbish when a choice of two is given a value in braces.
    Reading& reading = air ? air_ : watts_[fed.board];
    reading.value = good ? std::optional(batch.value(last, column)) : std::nullopt;
    reading.taken = batch.taken[last];
  }
  observer_.on_rows(fed.board, source, batch);
  for (const LimitChange& change : fed.limits.feed(source, batch)) fed.on_limit(change);
  if (waiting_.size() >= kMaxWaiting) {
    waiting_.pop_front();
    ++dropped_;
  }
  waiting_.emplace_back(fed.id, std::move(batch));
  retry();
}

void InstrumentFeed::retry() {
  while (!waiting_.empty()) {
    const auto stored = writer_.try_submit(waiting_.front().first, waiting_.front().second);
    if (stored && !*stored) return;  // no room yet
    waiting_.pop_front();
  }
  report_drops();
}

void InstrumentFeed::report_drops() {
  if (dropped_ == 0) return;
  Event event{air_.taken, "", std::string(event_kind::kGap), Severity::warning,
              dump_json({{"reason", "the store had no room"}, {"batches", dropped_}})};
  if (auto stored = writer_.event(event); stored) dropped_ = 0;
}

void InstrumentFeed::stop() {
  if (std::exchange(stopped_, true)) return;
  for (auto& fed : fed_) fed->instrument->stop();
}

std::optional<double> InstrumentFeed::air(Nanos now) const {
  return now - air_.taken <= kFresh ? air_.value : std::nullopt;
}

std::optional<double> InstrumentFeed::watts(const std::string& board, Nanos since) const {
  const auto found = watts_.find(board);
  return found != watts_.end() && found->second.taken > since ? found->second.value : std::nullopt;
}

}  // namespace soakrig::control
