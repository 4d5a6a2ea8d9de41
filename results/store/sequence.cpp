// SPDX-License-Identifier: Apache-2.0
#include "results/store/sequence.hpp"

#include <algorithm>
#include <map>

#include "rig/base/json_guard.hpp"

namespace soakrig::store {
namespace {

using nlohmann::json;

bool has_serial(const ArchivedRun& run, const std::string& serial) {
  return !run.error &&
         std::ranges::find(run.boards, serial, &ArchivedBoard::serial) != run.boards.end();
}

BoardPlace find_place(std::span<const ArchivedRun> runs, std::string_view id,
                      const ArchivedBoard& board) {
  BoardPlace place{board.name, board.serial, 0, 0, 0, "", ""};
  bool before = true;
  for (const ArchivedRun& run : runs) {
    if (!has_serial(run, board.serial)) continue;
    ++place.of;
    if (run.header.id == id) {
      before = false;
      place.nth = place.of;
    } else if (before) {
      place.aborted += run.aborted ? 1 : 0;
      place.previous_id = run.header.id;
      place.previous_head = run.head;
    }
  }
  return place;
}

}  // namespace

std::vector<BoardPlace> find_places(std::span<const ArchivedRun> runs, std::string_view id) {
  std::vector<BoardPlace> places;
  for (const ArchivedRun& run : runs) {
    if (run.error || run.header.id != id) continue;
    for (const ArchivedBoard& board : run.boards) {
      if (!board.serial.empty()) places.push_back(find_place(runs, id, board));
    }
    break;
  }
  return places;
}

void place_runs(std::span<ArchivedRun> runs) {
  struct Count {
    std::int64_t runs = 0, aborted = 0;
  };
  std::map<std::string, Count> counts;
  for (ArchivedRun& run : runs) {
    if (run.error) continue;
    for (const ArchivedBoard& board : run.boards) {
      if (board.serial.empty()) continue;
      Count& count = counts[board.serial];
      if (++count.runs > run.nth) {
        run.nth = count.runs;
        run.aborted_before = count.aborted;
      }
      count.aborted += run.aborted ? 1 : 0;
    }
  }
  for (ArchivedRun& run : runs) {
    for (const ArchivedBoard& board : run.boards) {
      if (!board.serial.empty()) run.of = std::max(run.of, counts[board.serial].runs);
    }
  }
}

std::string encode_places(std::span<const BoardPlace> places) {
  json boards = json::array();
  for (const BoardPlace& p : places) {
    json one = {{"board", p.board}, {"serial", p.serial},   {"nth", p.nth},
                {"of", p.of},       {"aborted", p.aborted}, {"previous", nullptr}};
    if (!p.previous_id.empty()) {
      one["previous"] = {{"id", p.previous_id},
                         {"head", p.previous_head.empty() ? json(nullptr) : json(p.previous_head)}};
    }
    boards.push_back(std::move(one));
  }
  return dump_json({{"boards", std::move(boards)}});
}

std::vector<BoardPlace> decode_places(std::string_view text) {
  std::vector<BoardPlace> places;
  const auto document = parse_json(text);
  if (!document || !document->is_object() || !document->contains("boards")) return places;
  for (const json& one : (*document)["boards"]) {
    BoardPlace place;
    place.board = json_get<std::string>(one, "board").value_or("");
    place.serial = json_get<std::string>(one, "serial").value_or("");
    const auto nth = json_get<std::int64_t>(one, "nth"), of = json_get<std::int64_t>(one, "of"),
               aborted = json_get<std::int64_t>(one, "aborted");
    if (!nth || !of || !aborted) continue;
    place.nth = *nth;
    place.of = *of;
    place.aborted = *aborted;
    if (one.contains("previous")) {
      place.previous_id = json_get<std::string>(one["previous"], "id").value_or("");
      place.previous_head = json_get<std::string>(one["previous"], "head").value_or("");
    }
    places.push_back(std::move(place));
  }
  return places;
}

Result<std::vector<BoardPlace>> read_places(const Reader& reader) {
  EventFilter filter;
  filter.kind = kSequenceEvent;
  filter.board = "";
  const auto events = reader.events(filter);
  if (!events) return events.error();
  return events->empty() ? std::vector<BoardPlace>() : decode_places(events->back().event.body);
}

std::optional<BoardPlace> main_place(std::span<const BoardPlace> places) {
  const auto most = std::ranges::max_element(places, {}, &BoardPlace::nth);
  return most == places.end() ? std::nullopt : std::optional(*most);
}

}  // namespace soakrig::store
