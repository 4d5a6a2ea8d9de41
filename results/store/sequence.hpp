// SPDX-License-Identifier: Apache-2.0
//
// The how-manieth run of a board this is. A run keeps its place among the archive's runs of each of
// its boards, by serial, and the head of the one before: so runs that were repeated until one
// passed are seen from any one of them, and none can be taken out of the middle unseen. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/store/archived_run.hpp"
#include "results/store/reader.hpp"

namespace soakrig::store {

struct BoardPlace {
  std::string board, serial;
  std::int64_t nth = 1;       // by start; 1 = the first
  std::int64_t of = 1;        // in the archive when it was recorded
  std::int64_t aborted = 0;   // of those before it, never ended or ended by the operator
  std::string previous_id;    // of the run before; empty = none
  std::string previous_head;  // empty where that run was not closed
};

// Of the run `id` among `runs`, which are in order of their start. A board that does not say its
// serial has no place: nothing tells its runs from another's.
[[nodiscard]] std::vector<BoardPlace> find_places(std::span<const ArchivedRun> runs,
                                                  std::string_view id);

// The same of every run at once, for the board of each with the most runs before: nth, of and
// aborted_before.
void place_runs(std::span<ArchivedRun> runs);

// How a run keeps it: the body of an event of the rig.
inline constexpr std::string_view kSequenceEvent = "run.sequence";
[[nodiscard]] std::string encode_places(std::span<const BoardPlace> places);
// Nothing for what is no such JSON.
[[nodiscard]] std::vector<BoardPlace> decode_places(std::string_view json);

// What a stored run kept last; nothing where it kept nothing.
[[nodiscard]] Result<std::vector<BoardPlace>> read_places(const Reader& reader);

// What stands for the whole run: the board with the most runs before.
[[nodiscard]] std::optional<BoardPlace> main_place(std::span<const BoardPlace> places);

}  // namespace soakrig::store
