// SPDX-License-Identifier: Apache-2.0
#include "results/store/writer.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "results/store/new_file.hpp"
#include "results/store/reopen.hpp"
#include "results/store/write_core.hpp"
#include "results/store/write_queue.hpp"
#include "rig/base/secrets.hpp"

namespace soakrig::store {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Nanos kFarthest = Nanos{1} << 61;  // 73 years: beyond it nothing is a run time
constexpr std::size_t kMaxBody = 1u << 20;

Error invalid(std::string what) {
  Error error;
  error.code = Errc::invalid;
  error.what = std::move(what);
  return error;
}

Error closed() {
  Error error;
  error.code = Errc::cancelled;
  error.what = "the run's file is closed already";
  return error;
}

bool same_channels(const SourceInfo& a, const SourceInfo& b) {
  return a.name == b.name && a.period == b.period &&
         std::equal(a.channels.begin(), a.channels.end(), b.channels.begin(), b.channels.end(),
                    [](const ChannelInfo& x, const ChannelInfo& y) {
                      return x.name == y.name && x.unit == y.unit && x.source == y.source &&
                             x.provenance == y.provenance;
                    });
}

// A run's file goes to other people: see secrets.hpp. Whoever hands texts over, they pass here.
RunHeader without_secrets(RunHeader header) {
  header.host_json = mask_json(header.host_json);
  header.spec_json = mask_json(header.spec_json);
  header.profile_text = mask_text(header.profile_text);
  return header;
}

SourceInfo without_secrets(SourceInfo info) {
  for (ChannelInfo& channel : info.channels) {
    channel.source = mask_text(channel.source);
    channel.reason = mask_text(channel.reason);
  }
  return info;
}

Result<void> check_batch(const Batch& batch, std::uint32_t columns) {
  if (!batch.consistent()) {
    return invalid("a batch's sizes disagree, its times run backwards or a value is not finite");
  }
  if (batch.columns != columns) return invalid("a batch has other columns than its source");
  if (batch.rows() > 0 && (batch.taken.front() < -kFarthest || batch.taken.back() > kFarthest)) {
    return invalid("a batch's times are out of range");
  }
  if (std::any_of(batch.states.begin(), batch.states.end(),
                  [](State state) { return state > State::error; })) {
    return invalid("a batch has a state that does not exist");
  }
  return {};
}

}  // namespace

class Writer::Impl {
 public:
  Impl(std::string path, WriteCore core, Nanos start_boot_ns, const Clock& clock,
       WriterOptions options, KnownNames known)
      : path_(std::move(path)),
        clock_(clock),
        start_boot_ns_(start_boot_ns),
        options_(std::move(options)),
        queue_(options_.queue_bytes),
        boards_(std::move(known.boards)),
        sources_(std::move(known.sources)),
        next_channel_(known.next_channel),
        core_(std::move(core)) {
    thread_ = std::jthread([this] { run(); });
  }
  ~Impl() { stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void stop() {
    queue_.close();
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] Nanos now() const { return clock_.boot_ns() - start_boot_ns_; }
  [[nodiscard]] std::optional<Error> failure() const {
    const std::lock_guard lock(state_mutex_);
    return failure_;
  }
  [[nodiscard]] Error refusal() const {
    const auto failed = failure();
    return failed ? *failed : closed();
  }
  // Hands over an item and waits until it is durable.
  [[nodiscard]] Result<void> push_and_wait(WriteItem&& item) {
    std::future<Result<void>> done = item.done.emplace().get_future();
    if (!queue_.push_always(std::move(item))) return refusal();
    return done.get();
  }
  [[nodiscard]] std::uint32_t columns_of(SourceId source) const {
    const std::lock_guard lock(names_mutex_);
    RIG_ASSERT(source < sources_.size());  // ids come from add_source only
    return static_cast<std::uint32_t>(sources_[source].info.channels.size());
  }

  void run();
  void handle(WriteItem& item);
  void finish_file(WriteItem& item);
  // Commits and reports; on an error the writer has failed.
  Result<void> commit();
  void fail(const Error& error);
  void publish_stats();

  const std::string path_;
  const Clock& clock_;
  const Nanos start_boot_ns_;
  const WriterOptions options_;
  WriteQueue queue_;

  // Ids given out. Registrations are queued under this lock, so that an item that uses an id can
  // never overtake the one that makes it.
  mutable std::mutex names_mutex_;
  std::vector<std::string> boards_;  // by id; 0 is the rig
  std::vector<SourceRow> sources_;
  ChannelId next_channel_;

  mutable std::mutex state_mutex_;
  std::optional<Error> failure_;
  WriterStats stats_;

 private:
  std::optional<WriteCore> core_;  // the thread's alone; gone once finished
  std::jthread thread_;
};

void Writer::Impl::publish_stats() {
  const std::lock_guard lock(state_mutex_);
  stats_ = core_->stats();
}

void Writer::Impl::fail(const Error& error) {
  core_->fail(error);
  {
    const std::lock_guard lock(state_mutex_);
    if (failure_) return;
    failure_ = error;
  }
  queue_.refuse_rows();
  if (options_.on_failure) options_.on_failure(error);
}

Result<void> Writer::Impl::commit() {
  if (!core_) return {};
  const auto report = core_->commit();
  publish_stats();
  if (!report) {
    fail(report.error());
    return report.error();
  }
  if (*report && options_.on_commit) options_.on_commit(**report);
  return {};
}

void Writer::Impl::finish_file(WriteItem& item) {
  static_cast<void>(commit());
  const Nanos ended = std::get<Finish>(item.what).ended;
  const Result<RunState> state = core_->finish(ended, options_.finish_wait);
  publish_stats();
  core_.reset();  // no connection stays: the next command may seal what could not be sealed
  item.finished->set_value(state);
}

void Writer::Impl::handle(WriteItem& item) {
  if (!core_) {
    if (item.done) item.done->set_value(closed());
    if (item.finished) item.finished->set_value(closed());
    return;
  }
  if (item.finished) return finish_file(item);
  const bool failed = failure().has_value();
  const bool rows = std::holds_alternative<AddRows>(item.what);
  // After a failure rows are dropped; words are still tried, each in a commit of its own.
  if (failed && rows) return;
  const bool must_commit = failed || item.done || std::holds_alternative<CommitNow>(item.what);
  Result<void> done = core_->apply(item);
  if (!done) {
    fail(done.error());
  } else if (must_commit) {
    done = commit();
  }
  // Words that met the failure itself get their chance from the reserve.
  if (!done && !failed && !rows && !std::holds_alternative<CommitNow>(item.what)) {
    return handle(item);
  }
  if (item.done) item.done->set_value(done);
}

void Writer::Impl::run() {
  const auto interval = std::chrono::nanoseconds(options_.commit_interval);
  auto next = SteadyClock::now() + interval;
  while (!queue_.closed_and_empty()) {
    for (WriteItem& item : queue_.pop_all_until(next)) {
      handle(item);
      // A long queue must not put off the commit of the second.
      if (SteadyClock::now() >= next) {
        static_cast<void>(commit());
        next = std::max(next + interval, SteadyClock::now());
      }
    }
    if (SteadyClock::now() < next) continue;
    static_cast<void>(commit());
    next = std::max(next + interval, SteadyClock::now());
  }
  static_cast<void>(commit());
}

Writer::Writer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Writer::~Writer() = default;

Result<std::unique_ptr<Writer>> Writer::create(const std::string& archive_dir,
                                               const RunHeader& header, const Clock& clock,
                                               WriterOptions options) {
  auto path = make_run_file(archive_dir, without_secrets(header));
  if (!path) return path.error();
  auto reserve = Reserve::hold(archive_dir, options.reserve_bytes);
  if (!reserve) return reserve.error();
  auto core = WriteCore::open(*path, options, std::move(*reserve));
  if (!core) return core.error();
  return std::unique_ptr<Writer>(new Writer(std::make_unique<Impl>(
      std::move(*path), std::move(*core), header.start_boot_ns, clock, std::move(options),
      KnownNames{})));
}

Result<std::unique_ptr<Writer>> Writer::reopen(const std::string& path, Nanos start_boot_ns,
                                               const Clock& clock, WriterOptions options) {
  const auto slash = path.rfind('/');
  auto reserve = Reserve::hold(slash == std::string::npos ? "." : path.substr(0, slash + 1),
                               options.reserve_bytes);
  if (!reserve) return reserve.error();
  auto known = take_over(path, this_process());
  if (!known) return known.error();
  auto core = WriteCore::open(path, options, std::move(*reserve));
  if (!core) return core.error();
  core->adopt(*known);
  return std::unique_ptr<Writer>(new Writer(std::make_unique<Impl>(
      path, std::move(*core), start_boot_ns, clock, std::move(options), std::move(*known))));
}

const std::string& Writer::path() const { return impl_->path_; }

BoardId Writer::add_board(std::string_view name, std::string_view facts_json) {
  const std::lock_guard lock(impl_->names_mutex_);
  const auto known = std::find(impl_->boards_.begin(), impl_->boards_.end(), name);
  const auto id = static_cast<BoardId>(known - impl_->boards_.begin());
  if (known != impl_->boards_.end()) return id;
  impl_->boards_.emplace_back(name);
  impl_->queue_.push_always({.what = AddBoard{id, std::string(name), mask_json(facts_json)},
                             .cursor = {},
                             .done = {},
                             .finished = {}});
  return id;
}

void Writer::set_board_facts(BoardId board, std::string_view facts_json) {
  impl_->queue_.push_always(
      {.what = SetFacts{board, mask_json(facts_json)}, .cursor = {}, .done = {}, .finished = {}});
}

SourceId Writer::add_source(BoardId board, const SourceInfo& given) {
  const SourceInfo info = without_secrets(given);
  const std::lock_guard lock(impl_->names_mutex_);
  RIG_ASSERT(board < impl_->boards_.size());
  for (const SourceRow& row : impl_->sources_) {
    if (row.board == board && same_channels(row.info, info)) return row.id;
  }
  SourceRow row{static_cast<SourceId>(impl_->sources_.size()), board, info};
  impl_->sources_.push_back(row);
  const ChannelId first = impl_->next_channel_;
  impl_->next_channel_ += static_cast<ChannelId>(info.channels.size());
  const SourceId id = row.id;
  impl_->queue_.push_always({.what = AddSource{std::move(row), impl_->boards_[board], first},
                             .cursor = {},
                             .done = {},
                             .finished = {}});
  return id;
}

Result<void> Writer::submit(SourceId source, Batch batch, std::optional<Cursor> cursor) {
  if (auto good = check_batch(batch, impl_->columns_of(source)); !good) return good;
  WriteItem item{.what = AddRows{source, std::move(batch)},
                 .cursor = std::move(cursor),
                 .done = {},
                 .finished = {}};
  if (!impl_->queue_.push(std::move(item))) return impl_->refusal();
  return {};
}

Result<bool> Writer::try_submit(SourceId source, Batch& batch,
                                const std::optional<Cursor>& cursor) {
  if (auto good = check_batch(batch, impl_->columns_of(source)); !good) return good.error();
  if (const auto failed = failure()) return *failed;
  WriteItem item{
      .what = AddRows{source, std::move(batch)}, .cursor = cursor, .done = {}, .finished = {}};
  if (impl_->queue_.try_push(item)) return true;
  batch = std::move(std::get<AddRows>(item.what).batch);
  return false;
}

Result<void> Writer::event(Event event, std::optional<Cursor> cursor) {
  if (event.body.size() > kMaxBody) return invalid("an event's body is longer than 1 MiB");
  BoardId board = kRigBoard;
  {
    const std::lock_guard lock(impl_->names_mutex_);
    const auto known = std::find(impl_->boards_.begin(), impl_->boards_.end(), event.board);
    if (known == impl_->boards_.end()) return invalid("an event names an unknown board");
    board = static_cast<BoardId>(known - impl_->boards_.begin());
  }
  event.body = mask_json(event.body);
  WriteItem item{.what = AddEvent{board, std::move(event)},
                 .cursor = std::move(cursor),
                 .done = {},
                 .finished = {}};
  if (!impl_->queue_.push(std::move(item))) return impl_->refusal();
  return {};
}

Result<void> Writer::anchor(const Anchor& anchor) {
  if (!impl_->queue_.push({.what = anchor, .cursor = {}, .done = {}, .finished = {}})) {
    return impl_->refusal();
  }
  return {};
}

Result<void> Writer::set_phase(const PhaseTimes& phase) {
  if (!impl_->queue_.push({.what = phase, .cursor = {}, .done = {}, .finished = {}})) {
    return impl_->refusal();
  }
  return {};
}

Result<void> Writer::journal(std::string_view state, std::string_view detail_json) {
  return impl_->push_and_wait({.what = AddJournal{impl_->now(), impl_->clock_.utc_ns(),
                                                  std::string(state), mask_json(detail_json)},
                               .cursor = {},
                               .done = {},
                               .finished = {}});
}

Result<void> Writer::set_judgement(Verdict verdict, std::string_view json) {
  return impl_->push_and_wait(
      {.what = Judgement{verdict, std::string(json)}, .cursor = {}, .done = {}, .finished = {}});
}

Result<void> Writer::flush() {
  return impl_->push_and_wait({.what = CommitNow{}, .cursor = {}, .done = {}, .finished = {}});
}

void Writer::request_commit() {
  impl_->queue_.push_always({.what = CommitNow{}, .cursor = {}, .done = {}, .finished = {}});
}

Result<RunState> Writer::finish() {
  WriteItem item{.what = Finish{impl_->now()}, .cursor = {}, .done = {}, .finished = {}};
  std::future<Result<RunState>> state = item.finished.emplace().get_future();
  if (!impl_->queue_.push_always(std::move(item))) return impl_->refusal();
  const Result<RunState> out = state.get();
  impl_->stop();
  return out;
}

std::optional<Error> Writer::failure() const { return impl_->failure(); }

WriterStats Writer::stats() const {
  const std::lock_guard lock(impl_->state_mutex_);
  return impl_->stats_;
}

}  // namespace soakrig::store
