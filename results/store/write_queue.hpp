// SPDX-License-Identifier: Apache-2.0
//
// What crosses from any thread to the writer's, and the queue it crosses by. Bounded by bytes, not
// by items, since a batch may be ten bytes or a megabyte. Samples and events wait for room or are
// refused; the few small registrations never wait, because their callers hold an id already.
// Internal to results/store. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "results/store/model.hpp"
#include "rig/base/result.hpp"

namespace soakrig::store {

struct AddBoard {
  BoardId id;
  std::string name, facts;
};
struct SetFacts {
  BoardId id;
  std::string facts;
};
struct AddSource {
  SourceRow row;
  std::string board;  // name
  ChannelId first_channel;
};
struct AddRows {
  SourceId source;
  Batch batch;
};
struct AddEvent {
  BoardId board;
  Event event;
};
struct AddJournal {
  Nanos t, utc_ns;
  std::string state, detail;
};
struct CommitNow {};
struct Finish {
  Nanos ended;
};

struct WriteItem {
  std::variant<AddBoard, SetFacts, AddSource, AddRows, AddEvent, Anchor, PhaseTimes, AddJournal,
               Judgement, CommitNow, Finish>
      what;
  std::optional<Cursor> cursor;
  std::optional<std::promise<Result<void>>> done;  // set once the item is durable
  std::optional<std::promise<Result<RunState>>> finished;

  // Roughly what it holds in memory.
  [[nodiscard]] std::size_t cost() const;
};

class WriteQueue {
 public:
  explicit WriteQueue(std::size_t capacity_bytes) : capacity_(capacity_bytes) {}

  // Waits for room. False when closed, or for rows after refuse_rows().
  bool push(WriteItem&& item);
  // False when there is no room; `item` is then untouched.
  bool try_push(WriteItem& item);
  // Never waits. False when closed.
  bool push_always(WriteItem&& item);

  // Everything queued, waiting until `deadline` for the first.
  [[nodiscard]] std::vector<WriteItem> pop_all_until(
      std::chrono::steady_clock::time_point deadline);

  // From now on rows are refused at once and nobody waits for room: the writer has failed.
  void refuse_rows();
  // Nothing goes in any more; what is in can still be taken out.
  void close();
  [[nodiscard]] bool closed_and_empty() const;

 private:
  [[nodiscard]] bool refused(const WriteItem& item) const;
  [[nodiscard]] bool has_room(std::size_t cost) const;
  void put(WriteItem&& item, std::size_t cost);

  mutable std::mutex mutex_;
  std::condition_variable not_empty_, not_full_;
  std::deque<WriteItem> items_;
  std::size_t capacity_, held_ = 0;
  bool closed_ = false, refuse_rows_ = false;
};

}  // namespace soakrig::store
