// SPDX-License-Identifier: Apache-2.0
//
// Reads one run, live or ended. READONLY, and no connection outlives a call: a call opens, copies
// what it needs in one short transaction, closes, and decodes afterwards, so that a reader can
// neither hold up the writer's checkpoints nor keep a run from being sealed. Where the folder or
// the medium cannot be written, file and WAL are copied aside and the copy is read.
//
// Thread-safe: calls are const and independent. Every stored byte is treated as hostile: a blob
// with a bad checksum becomes a gap, never a crash.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/store/model.hpp"
#include "results/store/view.hpp"
#include "rig/base/result.hpp"

namespace soakrig::store {

inline constexpr Nanos kFromStart = INT64_MIN;
inline constexpr Nanos kToEnd = INT64_MAX;

struct EventFilter {
  Nanos from = kFromStart, to = kToEnd;  // inclusive
  std::optional<std::string> board;      // "" = the rig
  std::string kind;                      // empty = all
  std::string without;                   // a kind that is left out; empty = none
  Severity min_severity = Severity::info;
  std::uint64_t after_id = 0;        // for live views: only newer ones
  std::optional<std::size_t> limit;  // of the first ones; absent = all
};

struct StoredEvent {
  std::uint64_t id = 0;
  Event event;
};

class Reader {
 public:
  // Errc::not_found, unsupported (another program's file, or a newer version), corrupt (not
  // SQLite, truncated), io: one message with the file and the remedy.
  [[nodiscard]] static Result<Reader> open(const std::string& path);
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  [[nodiscard]] const std::string& path() const;
  [[nodiscard]] const RunHeader& header() const;  // as it was at open
  [[nodiscard]] int schema_version() const;

  // Asks the file and the operating system anew.
  [[nodiscard]] Result<RunState> state() const;
  // Run time at which the run ended; absent while it has not.
  [[nodiscard]] Result<std::optional<Nanos>> ended() const;
  // Newest stored time of anything; 0 for a run that stored nothing yet.
  [[nodiscard]] Result<Nanos> last_time() const;
  // The worst provenance of its channels; measured when it has none.
  [[nodiscard]] Result<Provenance> provenance() const;

  [[nodiscard]] Result<std::vector<BoardRow>> boards() const;  // without the rig
  [[nodiscard]] Result<std::vector<SourceRow>> sources() const;
  [[nodiscard]] Result<std::vector<ChannelRow>> channels() const;
  [[nodiscard]] Result<std::vector<PhaseTimes>> phases() const;
  // By time; by id where only newer ones are asked for. each_event, for what may be a month of a
  // console's log, holds a few MB of them at a time, and no connection while they are used.
  [[nodiscard]] Result<std::vector<StoredEvent>> events(const EventFilter& filter = {}) const;
  [[nodiscard]] Result<void> each_event(const EventFilter& filter,
                                        const std::function<void(StoredEvent)>& use) const;
  [[nodiscard]] Result<std::vector<JournalEntry>> journal() const;
  [[nodiscard]] Result<std::vector<Anchor>> anchors() const;
  [[nodiscard]] Result<std::vector<Cursor>> cursors() const;
  [[nodiscard]] Result<std::optional<Judgement>> judgement() const;

  // from and to are inclusive.
  [[nodiscard]] Result<Series> series(ChannelId channel, Nanos from = kFromStart,
                                      Nanos to = kToEnd) const;
  // By name, over every source that ever carried it (a source announced anew after a change of
  // its channels is another source). Errc::not_found when no channel has that name.
  [[nodiscard]] Result<Series> series(std::string_view board, std::string_view channel,
                                      Nanos from = kFromStart, Nanos to = kToEnd) const;
  [[nodiscard]] Result<Rows> source_rows(SourceId source, Nanos from = kFromStart,
                                         Nanos to = kToEnd) const;
  // The same as at most max_bins bins for a plot: exact extremes whatever the range (view.hpp),
  // cheap even for a month. By name over every source that carried the channel. Errc::invalid for
  // from > to or no bins.
  [[nodiscard]] Result<View> view(ChannelId channel, Nanos from, Nanos to,
                                  std::size_t max_bins) const;
  [[nodiscard]] Result<View> view(std::string_view board, std::string_view channel, Nanos from,
                                  Nanos to, std::size_t max_bins) const;
  // In the order asked for; one look into the file for all of them: meant for dashboards.
  [[nodiscard]] Result<std::vector<View>> views(std::span<const ChannelId> channels, Nanos from,
                                                Nanos to, std::size_t max_bins) const;
  // The last row of each channel asked for; channels without a row are left out. One short
  // transaction for all of them: meant for live views.
  [[nodiscard]] Result<std::vector<Latest>> latest(std::span<const ChannelId> channels) const;
  [[nodiscard]] Result<FileStats> stats() const;

 private:
  class Impl;
  explicit Reader(std::unique_ptr<Impl> impl);
  // Every channel of that name; Errc::not_found when there is none.
  [[nodiscard]] Result<std::vector<ChannelId>> channels_named(std::string_view board,
                                                              std::string_view channel) const;
  std::unique_ptr<Impl> impl_;
};

}  // namespace soakrig::store
