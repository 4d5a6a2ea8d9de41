// SPDX-License-Identifier: Apache-2.0
//
// Brings the rows of instruments, which arrive on their bus threads, onto the run's thread and from
// there to the store, the limits and the observer. Instruments keep no spool: where the store has
// no room for longer than the queue here holds, rows are dropped, counted and reported as a gap.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "results/store/writer.hpp"
#include "rig/control/limit_watch.hpp"
#include "rig/control/observer.hpp"
#include "rig/instruments/instrument.hpp"

namespace boost::asio {
class io_context;
}

namespace soakrig::control {

class InstrumentFeed {
 public:
  // The references must outlive this.
  InstrumentFeed(boost::asio::io_context& io, store::Writer& writer, Nanos run_start,
                 RunObserver& observer);
  ~InstrumentFeed();

  // Starts `instrument` (which must outlive this) and files its rows under `board`.
  void add(store::BoardId board, const std::string& board_name,
           instruments::Instrument& instrument, std::vector<Limit> limits,
           std::function<void(const LimitChange&)> on_limit);
  // Hands over what the store had no room for. Run's thread.
  void retry();
  void stop();  // what has not been taken over by then is dropped; the instruments may go

  // chamber.temperature, unless it is older than kFresh or not good. Run time.
  [[nodiscard]] std::optional<double> air(Nanos now) const;
  // board.power of that board by its meter, where the last reading is good and newer than `since`.
  [[nodiscard]] std::optional<double> watts(const std::string& board, Nanos since) const;

  static constexpr Nanos kFresh = 5 * kSecond;
  static constexpr std::size_t kMaxWaiting = 600;  // batches of one row: ten minutes

 private:
  struct Fed;
  void take(Fed& fed, Batch batch);
  void report_drops();

  boost::asio::io_context& io_;
  store::Writer& writer_;
  Nanos run_start_;
  RunObserver& observer_;
  std::vector<std::unique_ptr<Fed>> fed_;
  std::deque<std::pair<store::SourceId, Batch>> waiting_;
  std::uint64_t dropped_ = 0;
  struct Reading {
    std::optional<double> value;  // absent: not good
    Nanos taken = 0;
  };
  Reading air_;
  std::map<std::string, Reading> watts_;  // by board
  bool stopped_ = false;
};

}  // namespace soakrig::control
