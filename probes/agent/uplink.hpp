// SPDX-License-Identifier: Apache-2.0
//
// Everything the agent says: announces sources, gathers rows into batches of about a second,
// numbers batches and events with one sequence without gaps, and gives them to a bounded sink: the
// queue to the controller, or a spool. When that fills, fast rows go first, then all rows (a spool
// keeps every n-th of them), then events: a lost row is counted and told as a gap event per source,
// lost events as one rig.fault. Nothing is lost in silence, and a line that was numbered is never
// dropped. It must not know probes or workloads. One owner; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "probes/agent/line_sink.hpp"
#include "rig/base/agent_protocol.hpp"

namespace soakrig::agent {

inline constexpr Nanos kBatchSpan = kSecond;  // how much a batch of a grid source covers
inline constexpr std::size_t kIrregularRows =
    512;  // a batch of an irregular source is sent at this

class Uplink {
 public:
  // Borrows both.
  Uplink(LineSink& sink, const Clock& clock);

  void hello(const Hello& hello);
  // Announces a source and returns its number. When the numbers are used up (kMaxSources), the
  // source is refused: a rig.fault event says so, and rows for the number returned are ignored.
  [[nodiscard]] std::uint32_t announce(SourceInfo info);
  // One row. `states` empty = all good. `scheduled` = grid point, equal to `taken` when irregular.
  void row(std::uint32_t source, Nanos scheduled, Nanos taken, std::span<const double> values,
           std::span<const State> states);
  // Rows of irregular sources that came before it are sent first.
  void event(const Event& event);
  void pong(std::uint64_t n);
  // Sends the rows of irregular sources, and tells losses once there is room again. Call it once a
  // second.
  void heartbeat();
  // Sends every row kept back: at the end.
  void flush_all();

  [[nodiscard]] std::uint64_t seq() const { return seq_; }

 private:
  struct Source {
    std::string name;
    std::string announcement;  // its line, while there was no room for it
    Nanos period = 0;
    Up message = BatchMessage{};  // kept, so that its memory is
    bool sent = false;            // its first row goes out at once
    std::uint64_t lost_rows = 0;
    Nanos lost_from = 0, lost_to = 0;
    Nanos kept_at = 0;  // the last row that thinning left
  };

  [[nodiscard]] BatchMessage& batch_of(Source& source) {
    return std::get<BatchMessage>(source.message);
  }
  [[nodiscard]] bool sheds(Source& source, Nanos scheduled) const;
  [[nodiscard]] bool thins_out(Source& source, Nanos scheduled) const;
  void send(Source& source);
  void send_irregular();
  void tell_losses();
  [[nodiscard]] std::string_view lost_why() const;
  [[nodiscard]] bool push_event(const Event& event);

  LineSink& sink_;
  const Clock& clock_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::uint64_t seq_ = 0;
  std::uint64_t lost_events_ = 0;
  std::uint64_t lost_rows_ = 0;  // over all sources, not yet told
};

}  // namespace soakrig::agent
