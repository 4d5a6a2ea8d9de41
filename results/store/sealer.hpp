// SPDX-License-Identifier: Apache-2.0
//
// Turns tail frames of one source into one time axis, one chunk per channel and its summaries, and
// deletes the frames, inside the transaction of its caller. Reads the frames back from the file, so that the
// writer keeps no second copy of an hour of rows and an interrupted run is sealed by the same code.
// Belongs to the thread of its Database, which must outlive it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "results/store/codec.hpp"
#include "results/store/database.hpp"
#include "results/store/model.hpp"
#include "results/store/pyramid.hpp"

namespace soakrig::store {

struct SealPlace {
  SourceId source = 0;
  std::string board;                // name, for gap events
  std::string name;                 // of the source
  std::vector<ChannelId> channels;  // by column
  Nanos period = 0;                 // 0 = irregular
};

// An event row, for the few places that store one.
[[nodiscard]] Result<void> insert_event(Statement& insert, BoardId board, const Event& event);
inline constexpr std::string_view kInsertEvent =
    "INSERT INTO event(t, board, kind, severity, body) VALUES(?, ?, ?, ?, ?)";

class Sealer {
 public:
  [[nodiscard]] static Result<Sealer> prepare(Database& database);

  // `frames` are tail ids of that source in order. A frame that does not match its checksum is
  // left out; what was left out is in gaps(). Answers the number of chunks written.
  [[nodiscard]] Result<std::uint64_t> seal(const SealPlace& place,
                                           std::span<const std::int64_t> frames);
  // At the end of a run: condenses what seal left waiting.
  [[nodiscard]] Result<void> finish(const SealPlace& place);
  // Gap events since the last call.
  [[nodiscard]] std::vector<Event> take_gaps() { return std::exchange(gaps_, {}); }

 private:
  Sealer(Statement select, Statement axis, Statement chunk, Statement erase, Pyramid pyramid)
      : select_(std::move(select)),
        insert_axis_(std::move(axis)),
        insert_chunk_(std::move(chunk)),
        erase_(std::move(erase)),
        pyramid_(std::move(pyramid)) {}
  [[nodiscard]] Result<Batch> read_frames(const SealPlace& place,
                                          std::span<const std::int64_t> frames);
  [[nodiscard]] Result<void> write_chunk(ChannelId channel, std::int64_t axis,
                                         std::span<const double> values,
                                         std::span<const State> states);

  Statement select_, insert_axis_, insert_chunk_, erase_;
  Pyramid pyramid_;
  Packer packer_;
  std::vector<Event> gaps_;
};

// Appends the rows of `more` to `rows`; both have the same columns.
void append_rows(Batch& rows, const Batch& more);

}  // namespace soakrig::store
